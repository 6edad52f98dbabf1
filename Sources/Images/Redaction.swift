/// Takes addresses of registries out of text that may reach a log or a result.
struct Redaction: Sendable {
    var hosts: Set<String>

    func apply(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let scheme = rest.firstRange(of: "://") {
            result += rest[..<scheme.upperBound] + "..."
            rest = rest[scheme.upperBound...].drop { !$0.isWhitespace && !"/'\"".contains($0) }
        }
        result += rest
        for host in hosts.sorted(by: { $0.count > $1.count }) {
            result = result.split(separator: host, omittingEmptySubsequences: false).joined(separator: "...")
        }
        return result
    }
}
