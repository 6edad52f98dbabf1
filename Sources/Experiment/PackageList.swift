import BenchrunModel

/// The list of installed packages that a Debian root file system carries: it names the version of every tool.
public enum PackageList {
    /// Where it is.
    public static let path = "/var/lib/dpkg/status"
    private static let limit: UInt32 = 32 << 20

    /// SHA-256 of the list inside an instance; nil where there is none.
    /// - Throws: what the agent throws when the instance is gone.
    static func digest(by agent: any AgentConnection) async throws -> String? {
        do {
            let bytes = try await agent.get(path, limit: limit)
            return bytes.isEmpty ? nil : "sha256:" + SHA256.hexDigest(of: bytes)
        } catch let error as AgentError where error.kind == .refused {
            return nil
        }
    }
}
