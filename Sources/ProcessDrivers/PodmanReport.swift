import Foundation

/// `podman info --format json`.
struct PodmanInfo: Sendable, Equatable, Decodable {
    private struct Host: Decodable {
        struct Runtime: Decodable { var name: String? }
        struct Security: Decodable {
            var rootless: Bool?
            var seccompEnabled: Bool?
            var seccompProfilePath: String?
        }
        var cgroupControllers: [String]?
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
        let controllers = [("memory", "memory"), ("cpu", "CPU time"), ("cpuset", "CPUs")]
        report.unlimited =
            host.cgroupControllers.map { own in
                controllers.filter { !own.contains($0.0) }.map(\.1)
            } ?? []
        isRemote = host.serviceIsRemote ?? false
    }

    /// Reads the command's output.
    init?(_ output: String) {
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(output.utf8)) else { return nil }
        self = read
    }
}
