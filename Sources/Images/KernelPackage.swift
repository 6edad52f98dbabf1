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
    private static let apt = AptDownload(
        subject: subject,
        wanted: "a kernel",
        alternative: ", or give a kernel with --kernel and --initrd"
    )

    /// Finds the newest one; fetches package lists only where this host has none that name it.
    static func find(progress: ProgressReporter) async throws -> KernelPackage {
        try Tool.require(["apt-cache", "apt-get", "dpkg-deb"], for: subject)
        let architecture = try await DebianArchitecture.own()
        if let package = try await look(architecture) { return package }
        try await apt.refreshLists(progress)
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
        try await Self.apt.fetch(["\(name)=\(version)"], into: directory, as: .downloadingKernel, progress)[0]
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
}
