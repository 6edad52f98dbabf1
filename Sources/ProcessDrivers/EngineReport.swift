import Foundation

/// What an engine says about itself.
struct EngineReport: Sendable, Equatable {
    /// Version of what does the work: the daemon, or podman itself.
    var engineVersion: String
    /// Version of the client.
    var clientVersion: String
    /// The runtime that starts containers unless asked otherwise.
    var runtime: String
    /// Runtimes that can be asked for by name; empty where the engine finds them itself.
    var runtimes: Set<String>
    /// How images' layers are joined: `overlay2`.
    var storageDriver: String
    /// Who makes control groups: `cgroupfs`, `systemd` or `none`.
    var cgroupDriver: String
    /// `1` or `2`.
    var cgroupVersion: String
    /// The default seccomp profile, or `disabled`.
    var seccomp: String
    /// Whether it works without root's rights.
    var isRootless: Bool
    /// Release of the kernel that its containers run on.
    var kernelRelease: String

    /// As an environment's driver facts.
    /// - Parameters:
    ///   - options: what the environment asks for.
    ///   - runtime: the runtime its containers are started by; nil is the engine's own choice.
    func facts(_ options: EngineOptions, runtime chosen: String?) -> [String: String] {
        [
            "engine.version": engineVersion, "client.version": clientVersion, "runtime": chosen ?? runtime,
            "storage.driver": storageDriver, "cgroup.driver": cgroupDriver, "cgroup.version": cgroupVersion,
            "seccomp.profile": options.seccomp == .unconfined ? "unconfined" : seccomp,
            "rootless": isRootless ? "yes" : "no",
        ].filter { !$0.value.isEmpty }
    }
}

/// `docker version --format '{{json .}}'`.
struct DockerVersion: Sendable, Equatable, Decodable {
    /// One side of the conversation.
    struct Side: Sendable, Equatable, Decodable {
        /// Its version.
        var version: String

        private enum CodingKeys: String, CodingKey { case version = "Version" }
    }

    /// The client; nil when what answered to `docker` is another program.
    var client: Side?
    /// The daemon; nil when none answered.
    var server: Side?

    private enum CodingKeys: String, CodingKey { case client = "Client", server = "Server" }

    /// Reads the command's output.
    init?(_ output: String) {
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(output.utf8)) else { return nil }
        self = read
    }
}

/// `docker info --format '{{json .}}'`.
struct DockerInfo: Sendable, Equatable, Decodable {
    private struct Runtime: Decodable {}

    private enum Key: String, CodingKey {
        case serverVersion = "ServerVersion", storageDriver = "Driver", cgroupDriver = "CgroupDriver"
        case cgroupVersion = "CgroupVersion", runtime = "DefaultRuntime", runtimes = "Runtimes"
        case security = "SecurityOptions", kernel = "KernelVersion", root = "DockerRootDir"
    }

    /// All but the client's version.
    var report: EngineReport
    /// Where the daemon keeps its images and containers.
    var rootDirectory: String

    /// Reads what is there; older daemons leave fields out.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        func text(_ key: Key) throws -> String { try values.decodeIfPresent(String.self, forKey: key) ?? "" }
        let security = try values.decodeIfPresent([String].self, forKey: .security) ?? []
        let runtimes = try values.decodeIfPresent([String: Runtime].self, forKey: .runtimes) ?? [:]
        report = EngineReport(
            engineVersion: try text(.serverVersion),
            clientVersion: "",
            runtime: try text(.runtime),
            runtimes: Set(runtimes.keys),
            storageDriver: try text(.storageDriver),
            cgroupDriver: try text(.cgroupDriver),
            // Daemons before 20.10 know version 1 only and do not say so.
            cgroupVersion: try values.decodeIfPresent(String.self, forKey: .cgroupVersion) ?? "1",
            seccomp: Self.seccomp(security),
            isRootless: security.contains("name=rootless"),
            kernelRelease: try text(.kernel)
        )
        rootDirectory = try text(.root)
    }

    /// Reads the command's output.
    init?(_ output: String) {
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(output.utf8)),
            !read.report.engineVersion.isEmpty
        else { return nil }
        self = read
    }

    /// From `name=seccomp,profile=builtin`.
    private static func seccomp(_ security: [String]) -> String {
        for entry in security {
            let fields = entry.split(separator: ",")
            guard fields.contains("name=seccomp") else { continue }
            return fields.first { $0.hasPrefix("profile=") }.map { String($0.dropFirst("profile=".count)) } ?? "default"
        }
        return "disabled"
    }
}

/// `podman info --format json`.
struct PodmanInfo: Sendable, Equatable, Decodable {
    private struct Host: Decodable {
        struct Runtime: Decodable { var name: String? }
        struct Security: Decodable {
            var rootless: Bool?
            var seccompEnabled: Bool?
            var seccompProfilePath: String?
        }
        var cgroupManager: String?
        var cgroupVersion: String?
        var kernel: String?
        var ociRuntime: Runtime?
        var security: Security?
        var serviceIsRemote: Bool?
    }
    private struct Store: Decodable { var graphDriverName: String? }
    private struct Version: Decodable {
        var version: String
        private enum CodingKeys: String, CodingKey { case version = "Version" }
    }
    private enum CodingKeys: String, CodingKey { case host, store, version }

    /// What it says.
    var report: EngineReport
    /// Whether it is only a client of a service elsewhere.
    var isRemote: Bool

    /// Reads what is there; versions differ in what they leave out.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let host = try values.decode(Host.self, forKey: .host)
        let store = try values.decodeIfPresent(Store.self, forKey: .store)
        let version = try values.decode(Version.self, forKey: .version).version
        let hasSeccomp = host.security?.seccompEnabled ?? false
        report = EngineReport(
            engineVersion: version,
            clientVersion: version,
            runtime: host.ociRuntime?.name ?? "",
            runtimes: [],
            storageDriver: store?.graphDriverName ?? "",
            cgroupDriver: host.cgroupManager ?? "",
            cgroupVersion: (host.cgroupVersion ?? "").replacing("v", with: ""),
            seccomp: hasSeccomp ? host.security?.seccompProfilePath ?? "default" : "disabled",
            isRootless: host.security?.rootless ?? false,
            kernelRelease: host.kernel ?? ""
        )
        isRemote = host.serviceIsRemote ?? false
    }

    /// Reads the command's output.
    init?(_ output: String) {
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(output.utf8)) else { return nil }
        self = read
    }
}
