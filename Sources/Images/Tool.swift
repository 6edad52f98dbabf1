import Glibc
import Host

/// Programs of the host that images are made with.
enum Tool {
    /// Where administrators' programs are, also when the user's PATH leaves them out.
    private static let system = ["/usr/local/sbin", "/usr/sbin", "/sbin"]

    /// Says which programs are missing before work begins.
    static func require(_ names: [String], for subject: String) throws {
        let missing = names.filter { path(of: $0) == nil }
        guard missing.isEmpty else {
            throw HostError(
                subject: subject,
                detail: "\(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") not installed",
                nextStep: "run 'make setup'"
            )
        }
    }

    static func path(of name: String) -> String? {
        let own = getenv("PATH").map { String(cString: $0).split(separator: ":").map(String.init) } ?? []
        return (own + system).map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}

/// Debian's name for the architecture of this host.
enum DebianArchitecture {
    static func own() async throws -> String {
        try await HostCommand(["dpkg", "--print-architecture"]).check().output
            .filter { !$0.isWhitespace }
    }
}

/// SHA-256 of whole files, by the host's own program, which uses the processor's instructions for it.
enum FileDigest {
    /// 64 hexadecimal digits.
    static func sha256(_ path: String) async throws -> String {
        let result = try await HostCommand(["sha256sum", "--binary", "--", path], timeLimit: .seconds(1800)).check()
        // A name with unusual characters puts a backslash before the digest.
        let digits = result.output.drop { $0 == "\\" }.prefix { $0.isHexDigit }
        guard digits.count == 64 else {
            throw HostError(subject: "sha256sum", detail: "gave no digest of \(path)")
        }
        return String(digits)
    }
}
