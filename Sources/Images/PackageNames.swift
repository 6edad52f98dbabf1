import Host

/// A package's name that nobody knows is better found before a minute's work than after it.
enum PackageNames {
    /// Looks names up in this host's package lists, where it has any and they are of the image's suite.
    static func check(_ key: ImageKey, subject: String) async throws {
        let names = key.recipe.packages.map { String($0.prefix { !":=/".contains($0) }) }
        guard !names.isEmpty, try await knows(key.recipe.suite) else { return }
        // Not quiet: which names are unknown is only a notice where another name is known.
        let result = try await HostCommand(
            ["apt-cache", "show", "--quiet=0", "--no-all-versions"] + names,
            environment: ["LC_ALL": "C"]
        ).run()
        let missing = unknown(in: result.errorOutput)
        guard missing.isEmpty else { throw failure(missing, subject: subject) }
    }

    /// Names that apt's messages call unknown, each once.
    static func unknown(in messages: String) -> [String] {
        var names: [String] = []
        for line in messages.split(whereSeparator: \.isNewline) where line.contains("Unable to locate package ") {
            guard let name = line.split(separator: " ").last.map(String.init), !names.contains(name) else { continue }
            names.append(name)
        }
        return names
    }

    static func failure(_ missing: [String], subject: String) -> HostError {
        HostError(
            subject: subject,
            detail: "this host's apt sources have no package '\(missing.joined(separator: "', '"))'",
            nextStep: "correct the name in the recipe or workload, run 'apt-get update', or add a source that has it"
        )
    }

    /// Whether this host has lists of a suite; dpkg is in each. A line is `dpkg | 1.21.22 | http://host/debian
    /// bookworm/main amd64 Packages`.
    private static func knows(_ suite: String) async throws -> Bool {
        let table = try await HostCommand(["apt-cache", "madison", "dpkg"], environment: ["LC_ALL": "C"]).run()
        return table.output.split(whereSeparator: \.isNewline).contains { line in
            line.split(separator: " ").contains { $0.hasPrefix("\(suite)/") }
        }
    }
}
