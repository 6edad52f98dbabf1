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
