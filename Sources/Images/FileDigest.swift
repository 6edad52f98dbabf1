import Host

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
