public import BenchrunModel
import Glibc

/// A run that others are held against.
public struct Baseline: Sendable, Codable, Equatable {
    /// What the user calls it.
    public var name: String
    /// The run it was made from.
    public var run: RunID
    /// Where it was made.
    public var fingerprint: Fingerprint
    /// Seconds since 1970 when it was saved.
    public var savedAt: Double
}

/// Baselines: `results/baselines/NAME/FINGERPRINT/` holds a copy of a run, so that it stays when runs are removed and can
/// be carried from one CI job to the next as a folder. Methods block.
public struct BaselineStore: Sendable {
    /// The folder of all baselines.
    public let directory: String

    /// The baselines of a store of runs.
    public init(_ store: RunStore) {
        directory = "\(store.results)/baselines"
    }

    /// How users refer to a baseline where a run is asked for.
    public static let prefix = "baseline:"

    /// Whether a name may be one: like a run's id.
    public static func isName(_ name: String) -> Bool { RunID(name) != nil }

    /// Keeps a run under a name, in the place of one of the same fingerprint.
    /// - Throws: ``ResultsError`` where the name is none, the run cannot be read or the copy cannot be written.
    public func save(_ name: String, _ run: RunFolder, at date: Double) throws(ResultsError) -> Baseline {
        try check(name)
        let manifest = try run.loadManifest()
        let fingerprint = Fingerprint(manifest)
        let target = folder(name, fingerprint)
        try target.create()
        // The description goes first and comes last: a copy that was cut off is no baseline.
        unlink(description(target))
        try target.save(manifest)
        for (from, to) in [(run.samples, target.samples), (run.telemetry, target.telemetry)] {
            guard RunFolder.isFile(from) else {
                // What an earlier baseline had belongs to another run.
                unlink(to)
                continue
            }
            try FileDescriptor.replace(to, with: try FileDescriptor.contents(of: from), nextStep: SampleFile.nextStep)
        }
        let baseline = Baseline(name: name, run: manifest.run, fingerprint: fingerprint, savedAt: date)
        do {
            try replaceFile(description(target), with: try RunJSON.encode(baseline))
        } catch let error as ResultsError {
            throw error
        } catch {
            throw ResultsError(subject: description(target), detail: "has a number that is not finite")
        }
        return baseline
    }

    /// All baselines, by name, then by when they were saved.
    /// - Throws: ``ResultsError`` where one cannot be read.
    public func all() throws(ResultsError) -> [Baseline] {
        var found: [Baseline] = []
        for name in Self.directories(directory) where Self.isName(name) { found += try named(name) }
        return found.sorted { ($0.name, $0.savedAt) < ($1.name, $1.savedAt) }
    }

    /// Baselines of a name, one for each fingerprint. A folder that was copied or renamed is none: what it says of itself
    /// would lead elsewhere.
    public func named(_ name: String) throws(ResultsError) -> [Baseline] {
        try check(name)
        var found: [Baseline] = []
        for digest in Self.directories("\(directory)/\(name)") {
            let path = description(RunFolder(path: "\(directory)/\(name)/\(digest)"))
            guard RunFolder.isFile(path) else { continue }
            let baseline = try RunJSON.decode(Baseline.self, from: try readFile(path), path: path)
            guard baseline.name == name, baseline.fingerprint.digest == digest else {
                throw ResultsError(
                    subject: path,
                    detail: "describes baseline '\(Printable.line(baseline.name, limit: 60))' of another folder",
                    nextStep: "save it here with 'benchrun baseline save', and remove the folder"
                )
            }
            found.append(baseline)
        }
        return found.sorted { $0.savedAt < $1.savedAt }
    }

    /// The folder of a baseline's run.
    public func folder(of baseline: Baseline) -> RunFolder { folder(baseline.name, baseline.fingerprint) }

    /// The baseline of a name that was made in the same place as a run.
    /// - Parameter across: Takes the latest of another place where there is none of the same.
    /// - Returns: The baseline, and in what its place differs.
    /// - Throws: ``ResultsError`` where there is none, or only of other places, with what differs.
    public func find(
        _ name: String,
        for manifest: RunManifest,
        across: Bool
    ) throws(ResultsError) -> (baseline: Baseline, differences: [String]) {
        try check(name)
        let own = Fingerprint(manifest)
        let known = try named(name)
        if let same = known.last(where: { $0.fingerprint == own }) { return (same, []) }
        guard let latest = known.last else {
            throw ResultsError(
                subject: "baseline '\(name)'",
                detail: "there is none",
                nextStep:
                    "save one with 'benchrun baseline save \(name) RUN'; 'benchrun baseline list' shows what is there"
            )
        }
        let differences = own.differences(from: latest.fingerprint)
        guard across else {
            throw ResultsError(
                subject: "baseline '\(name)'",
                detail: "was made in another place than run \(manifest.run): \(differences.joined(separator: "; "))",
                nextStep: "save one here, or compare all the same with '--across'"
            )
        }
        return (latest, differences)
    }

    /// Removes the baselines of a name.
    /// - Returns: how many there were.
    public func remove(_ name: String) throws(ResultsError) -> Int {
        try check(name)
        let known = try named(name)
        for baseline in known {
            let folder = folder(of: baseline)
            for path in [description(folder), folder.samples, folder.telemetry, folder.manifest] { unlink(path) }
            rmdir(folder.path)
        }
        rmdir("\(directory)/\(name)")
        return known.count
    }

    private func folder(_ name: String, _ fingerprint: Fingerprint) -> RunFolder {
        RunFolder(path: "\(directory)/\(name)/\(fingerprint.digest)")
    }

    private func description(_ folder: RunFolder) -> String { "\(folder.path)/baseline.json" }

    private func check(_ name: String) throws(ResultsError) {
        guard Self.isName(name) else {
            throw ResultsError(
                subject: "baseline '\(Printable.line(name, limit: 60))'",
                detail: "is not a name",
                nextStep: "use lower-case letters, digits, '-', '_' and '.'"
            )
        }
    }

    private static func directories(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let name, !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
