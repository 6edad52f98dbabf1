import Glibc
import Host

/// Debian's package of a kernel, found through apt and downloaded without being installed.
struct KernelPackage: Sendable, Equatable {
    /// `linux-image-6.1.0-56-cloud-amd64`
    let name: String
    let version: String

    /// Its name and version, safe as a directory's name.
    var identity: String {
        "\(name)_\(version)".map { $0.isLetter || $0.isNumber || "-.+~_".contains($0) ? String($0) : "%" }.joined()
    }

    private static let subject = "guest kernel"

    /// Finds the newest one; fetches package lists only where this host has none that name it.
    static func find(progress: ProgressReporter) async throws -> KernelPackage {
        try Tool.require(["apt-cache", "apt-get", "dpkg-deb"], for: subject)
        let architecture = try await DebianArchitecture.own()
        if let package = try await look(architecture) { return package }
        try await refreshLists(progress)
        if let package = try await look(architecture) { return package }
        throw HostError(
            subject: subject,
            detail:
                "this host's apt sources have no linux-image-cloud-\(architecture) and no linux-image-\(architecture)",
            nextStep: "give a kernel with --kernel and --initrd"
        )
    }

    /// Downloads it.
    /// - Returns: the path of the package file.
    func download(into directory: String, progress: ProgressReporter) async throws -> String {
        var result = try await progress.during(.downloadingKernel) { try await fetch(into: directory) }
        if !result.isSuccess, geteuid() == 0 {
            // Lists that are out of date name files that mirrors no longer have.
            try await Self.refreshLists(progress)
            result = try await progress.during(.downloadingKernel) { try await fetch(into: directory) }
        }
        let names = try await onOwnThread {
            var names: [String] = []
            try DirectoryTree.visit(directory) { if $0.path.hasSuffix(".deb") { names.append($0.path) } }
            return names
        }
        guard result.isSuccess, let file = names.first else {
            throw await Self.failure("\(name) cannot be downloaded", result)
        }
        return "\(directory)/\(file)"
    }

    /// The package that a package of `apt-cache show` depends on, of the same version or its own.
    static func dependency(in record: String) -> KernelPackage? {
        func field(_ name: String) -> Substring? {
            record.split(separator: "\n").first { $0.hasPrefix("\(name): ") }?.dropFirst(name.count + 2)
        }
        for alternative in field("Depends")?.split(separator: ",") ?? [] {
            let words = alternative.split { " ()".contains($0) }
            guard let name = words.first, name.hasPrefix("linux-image-") else { continue }
            let version = words.count >= 3 && words[1] == "=" ? words[2] : field("Version")
            return version.map { KernelPackage(name: String(name), version: String($0)) }
        }
        return nil
    }

    private static func look(_ architecture: String) async throws -> KernelPackage? {
        for name in ["linux-image-cloud-\(architecture)", "linux-image-\(architecture)"] {
            let shown = try await HostCommand(
                ["apt-cache", "show", "--no-all-versions", name],
                environment: ["LC_ALL": "C"]
            ).run()
            if shown.isSuccess, let package = dependency(in: shown.output) { return package }
        }
        return nil
    }

    private static func refreshLists(_ progress: ProgressReporter) async throws {
        guard geteuid() == 0 else {
            throw HostError(
                subject: subject,
                detail: "this host's package lists do not name a kernel that can be downloaded",
                nextStep: "run 'sudo apt-get update', or give a kernel with --kernel and --initrd"
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

    private func fetch(into directory: String) async throws -> CommandResult {
        // apt's own user may not write in the cache; the package's digest is checked all the same.
        try await HostCommand(
            ["apt-get", "download", "-o", "APT::Sandbox::User=root", "\(name)=\(version)"],
            environment: ["LC_ALL": "C"],
            directory: directory,
            timeLimit: .seconds(1800)
        ).run()
    }

    private static func failure(_ what: String, _ result: CommandResult) async -> HostError {
        let sources = try? await onOwnThread { try AptSources.read() }
        let errors = result.errorOutput.split(separator: "\n").filter { $0.hasPrefix("E: ") }.suffix(3)
        let text = Redaction(hosts: sources?.hosts ?? []).apply(errors.joined(separator: "; "))
        return HostError(
            subject: subject,
            detail: "\(what): \(text)",
            nextStep: "check the network, or give a kernel with --kernel and --initrd"
        )
    }
}
