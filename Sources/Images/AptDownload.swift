import Glibc
import Host

/// Debian packages downloaded through this host's apt, without being installed.
struct AptDownload: Sendable {
    /// What they are for: the subject of errors.
    let subject: String
    /// What package lists would have to name: `a kernel`.
    let wanted: String
    /// What a user can do besides where lists or packages cannot be had.
    let alternative: String

    /// Fetches the package lists.
    func refreshLists(_ progress: ProgressReporter) async throws {
        guard geteuid() == 0 else {
            throw HostError(
                subject: subject,
                detail: "this host's package lists do not name \(wanted) that can be downloaded",
                nextStep: "run 'sudo apt-get update'\(alternative)"
            )
        }
        let result = try await progress.during(.refreshingHostLists) {
            try await HostCommand(
                ["apt-get", "update"],
                environment: ["LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"],
                timeLimit: .seconds(600)
            ).run()
        }
        guard result.isSuccess else { throw await failure("package lists cannot be fetched", result) }
    }

    /// Downloads packages into a directory.
    /// - Parameter packages: names, or `name=version`.
    /// - Returns: paths of the package files, sorted; as many as packages.
    func fetch(
        _ packages: [String],
        into directory: String,
        as step: ImageProgress.Stage,
        _ progress: ProgressReporter
    ) async throws -> [String] {
        var result = try await progress.during(step) { try await attempt(packages, into: directory) }
        if !result.isSuccess, geteuid() == 0 {
            // Lists that are out of date name files that mirrors no longer have.
            try await refreshLists(progress)
            result = try await progress.during(step) { try await attempt(packages, into: directory) }
        }
        let files = try await onOwnThread {
            var files: [String] = []
            try DirectoryTree.visit(directory) {
                if $0.path.hasSuffix(".deb") { files.append("\(directory)/\($0.path)") }
            }
            return files.sorted()
        }
        guard result.isSuccess, files.count == packages.count else {
            let what = packages.count == 1 ? packages[0] : "packages"
            throw await failure("\(what) cannot be downloaded", result)
        }
        return files
    }

    private func attempt(_ packages: [String], into directory: String) async throws -> CommandResult {
        // apt's own user may not write in the cache; packages' digests are checked all the same.
        try await HostCommand(
            ["apt-get", "download", "-o", "APT::Sandbox::User=root"] + packages,
            environment: ["LC_ALL": "C"],
            directory: directory,
            timeLimit: .seconds(1800)
        ).run()
    }

    private func failure(_ what: String, _ result: CommandResult) async -> HostError {
        let sources = try? await onOwnThread { try AptSources.read() }
        let errors = result.errorOutput.split(separator: "\n").filter { $0.hasPrefix("E: ") }.suffix(3)
        let text = Redaction(hosts: sources?.hosts ?? []).apply(errors.joined(separator: "; "))
        return HostError(
            subject: subject,
            detail: "\(what): \(text)",
            nextStep: "check the network and 'apt-get update'\(alternative)"
        )
    }
}
