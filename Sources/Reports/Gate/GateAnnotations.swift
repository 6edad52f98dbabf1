public import Analysis
import Results
import Statistics

/// A gate's answer as GitHub's workflow commands, which a job prints to have them shown beside the change: an error for
/// each regression, a warning where there is no answer, a notice for what improved. The worst come first, since GitHub
/// shows only the first ten of a kind.
public struct GateAnnotations: Sendable {
    /// The answer.
    public var report: GateReport

    /// Creates the commands.
    public init(report: GateReport) {
        self.report = report
    }

    /// One command a line; empty where every row passes.
    public func render() -> String {
        GateWords.rows(report, GateWords.worstFirst).compactMap { row in
            Self.command(row.status).map { command in
                let title = Printable.line("\(row.status.rawValue): \(row.row.label) in \(row.row.environment)")
                return "::\(command) title=\(Self.property(title))::\(Self.data(message(row)))\n"
            }
        }.joined()
    }

    private func message(_ row: GateReport.Row) -> String {
        let facts = report.differences.map(\.fact)
        return [
            GateWords.sentence(row.row), row.reason,
            facts.isEmpty ? "" : "the runs differ in \(Wording.conjunction(facts))",
        ].filter { !$0.isEmpty }.map { Printable.line($0) }.joined(separator: "\n")
    }

    private static func command(_ status: GateStatus) -> String? {
        switch status {
        case .regression: "error"
        case .suspect, .inconclusive: "warning"
        case .improved: "notice"
        case .pass: nil
        }
    }

    /// A command's message.
    static func data(_ text: String) -> String {
        escape(text, ["%": "%25", "\r": "%0D", "\n": "%0A"])
    }

    /// The value of a command's property, where `:` and `,` would end it.
    static func property(_ text: String) -> String {
        escape(text, ["%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"])
    }

    /// Works on scalars: on characters, a colon followed by a combining mark would be another character and pass.
    private static func escape(_ text: String, _ replacements: [Unicode.Scalar: String]) -> String {
        text.unicodeScalars.map { replacements[$0] ?? String($0) }.joined()
    }
}
