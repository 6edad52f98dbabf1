import BenchrunModel
import Results

/// Files with their environments settled: every series has a name, and native is native.
struct ImportedFiles {
    /// A file, and whose its values are.
    struct Entry {
        var results: ForeignResults
        /// Environment of each measurement of the file.
        var environments: [String]
    }

    private(set) var entries: [Entry] = []
    /// In the order of the files, native first.
    private(set) var environments: [String] = []
    /// What a renamed environment was called.
    private(set) var titles: [String: String] = [:]

    /// Settles the names.
    /// - Parameters:
    ///   - files: Results, each with the environment that the user named for its file, if any.
    ///   - native: The environment that others are compared with; nil means the one called `native`.
    /// - Throws: ``ImportError`` where a name is missing, ambiguous or unknown.
    init(_ files: [(environment: String?, results: ForeignResults)], native: String?) throws(ImportError) {
        for file in files {
            let names = try Self.environments(of: file.results, named: file.environment)
            guard !entries.contains(where: { $0.results.file == file.results.file && $0.environments == names }) else {
                throw ImportError(
                    subject: file.results.file,
                    detail: "expected each file once in an environment and found it twice",
                    nextStep: "leave it out once: values that are counted twice look more certain than they are"
                )
            }
            entries.append(Entry(results: file.results, environments: names))
            for (name, measurement) in zip(names, file.results.measurements) {
                if !environments.contains(name) { environments.append(name) }
                if let own = measurement.environment, own != name { titles[name] = own }
            }
        }
        try rename(native: native)
    }

    private static func environments(of results: ForeignResults, named name: String?) throws(ImportError) -> [String] {
        let own = Set(results.measurements.map(\.environment))
        guard let name else {
            guard own.contains(nil) else { return results.measurements.compactMap(\.environment) }
            let stem = ForeignName.stem(of: results.file)
            let fileName = try ForeignName.check(stem, "the environment", at: results.file)
            return results.measurements.map { $0.environment ?? fileName }
        }
        guard own.count == 1 else {
            let names = own.map { $0 ?? "one without a name" }.sorted().prefix(8).joined(separator: ", ")
            throw ImportError(
                subject: results.file,
                detail: "expected values of one environment, to be called '\(name)', and found \(own.count): \(names)",
                nextStep: "give the file without '\(name)=', and say with '--native' which of them is native"
            )
        }
        return results.measurements.map { _ in name }
    }

    private mutating func rename(native: String?) throws(ImportError) {
        let nativeName = EnvironmentSpec.nativeName
        let list = environments.prefix(20).joined(separator: ", ")
        if let native = native.map(ForeignName.clean), native != nativeName {
            guard let place = environments.firstIndex(of: native) else {
                throw ImportError(
                    subject: "--native",
                    detail: "expected one of \(list) and found '\(Printable.line(native, limit: 60))'",
                    nextStep: "name one of these"
                )
            }
            guard !environments.contains(nativeName) else {
                throw ImportError(
                    subject: "--native",
                    detail: "expected one environment to be native and found '\(native)', and one that is called so",
                    nextStep: "give that one another name, as in 'other=FILE'"
                )
            }
            environments[place] = nativeName
            titles[nativeName] = titles[native] ?? native
            titles[native] = nil
            for index in entries.indices {
                entries[index].environments = entries[index].environments.map { $0 == native ? nativeName : $0 }
            }
        }
        guard let place = environments.firstIndex(of: nativeName) else {
            // One alone is compared with nothing; several are compared with native.
            guard environments.count == 1 else {
                throw ImportError(
                    subject: "--native",
                    detail: "expected an environment called '\(nativeName)' and found \(list)",
                    nextStep: "say with '--native NAME' which of them the others are compared with"
                )
            }
            return
        }
        environments.insert(environments.remove(at: place), at: 0)
    }

    /// What the files say about an environment's machine.
    func facts(of environment: String) -> [String: String] {
        var facts: [String: String] = [:]
        for entry in entries {
            let own = zip(entry.environments, entry.results.measurements).filter { $0.0 == environment }
                .map { $0.1.environment ?? "" }
            for name in Set(own).sorted() { facts.merge(entry.results.facts[name] ?? [:]) { first, _ in first } }
        }
        return facts
    }
}
