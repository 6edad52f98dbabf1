import Foundation

/// `docker version --format '{{json .}}'`.
struct DockerVersion: Sendable, Equatable, Decodable {
    /// One side of the conversation.
    struct Side: Sendable, Equatable, Decodable {
        /// Its version.
        var version: String
        /// The version of the API it speaks: `1.41`.
        var api: String?

        private enum CodingKeys: String, CodingKey { case version = "Version", api = "ApiVersion" }
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
        case limitsMemory = "MemoryLimit", limitsTime = "CpuCfsQuota", limitsCPUs = "CPUSet"
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
        // Older daemons do not say.
        let limits: [(Key, String)] = [(.limitsMemory, "memory"), (.limitsTime, "CPU time"), (.limitsCPUs, "CPUs")]
        report.unlimited = try limits.filter { try values.decodeIfPresent(Bool.self, forKey: $0.0) == false }.map(\.1)
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
