import Host

/// Debian's packages of docker with the libraries they need, downloaded without being installed.
struct EnginePackages: Sendable {
    /// What the engine is made of.
    static let programs = ["docker.io", "containerd", "runc"]
    private static let subject = "guest engine"
    private static let apt = AptDownload(subject: subject, wanted: "an engine", alternative: "")

    /// Names of all packages, sorted.
    let names: [String]

    /// Finds them; fetches package lists only where this host has none that name them.
    static func find(progress: ProgressReporter) async throws -> EnginePackages {
        try Tool.require(["apt-cache", "apt-get", "dpkg-deb", "tar"], for: subject)
        if let packages = try await look() { return packages }
        try await apt.refreshLists(progress)
        if let packages = try await look() { return packages }
        throw HostError(
            subject: subject,
            detail: "this host's apt sources have no \(programs.joined(separator: ", "))",
            nextStep: "add Debian's own sources and run 'apt-get update'"
        )
    }

    /// Downloads them into a directory.
    /// - Returns: paths of the package files, sorted.
    func download(into directory: String, progress: ProgressReporter) async throws -> [String] {
        try await Self.apt.fetch(names, into: directory, as: .downloading, progress)
    }

    /// Unpacks one. A system whose `/lib` is a link to `/usr/lib` keeps it.
    static func unpack(_ file: String, into tree: String) async throws {
        let script = #"dpkg-deb --fsys-tarfile "$1" | tar --extract --keep-directory-symlink --directory="$2" --file=-"#
        try await HostCommand(["sh", "-c", script, "unpack", file, tree], timeLimit: .seconds(300)).check()
    }

    /// Libraries that packages need, from `apt-cache depends`: a name, then lines such as `  Depends: libc6`. Of
    /// alternatives (`|Depends`) the first counts; a virtual package (`<name>`) is not taken.
    static func libraries(in text: String) -> [String] {
        var found: [String] = []
        var isAlternative = false
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let kind = words.first, kind.hasSuffix("Depends:") else { continue }
            let isFirst = !isAlternative
            isAlternative = kind.hasPrefix("|")
            guard isFirst, words[1].hasPrefix("lib") else { continue }
            found.append(String(words[1].prefix { $0 != ":" }))
        }
        return found
    }

    private static func look() async throws -> EnginePackages? {
        var names = Set(programs)
        var open = programs
        while !open.isEmpty {
            let result = try await HostCommand(
                [
                    "apt-cache", "depends", "--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks",
                    "--no-replaces", "--no-enhances",
                ] + open,
                environment: ["LC_ALL": "C"]
            ).run()
            guard result.isSuccess else { return nil }
            open = Set(libraries(in: result.output)).subtracting(names).sorted()
            names.formUnion(open)
        }
        return EnginePackages(names: names.sorted())
    }
}
