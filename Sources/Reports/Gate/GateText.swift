public import Analysis
import Results
import Statistics

/// A gate's answer as text: for a terminal, or plain for a log.
public struct GateText: Sendable {
    /// The answer.
    public var report: GateReport
    /// What benchrun ends with, which `--inconclusive-ok` makes another than the report's own.
    public var exitStatus: Int32
    /// Columns to use; at least 60.
    public var width: Int
    /// Whether to use a terminal's colours.
    public var colour: Bool

    /// Creates the text; without an exit status it is the report's own.
    public init(report: GateReport, exitStatus: Int32? = nil, width: Int = 110, colour: Bool = false) {
        self.report = report
        self.exitStatus = exitStatus ?? report.exitCode
        self.width = max(60, width)
        self.colour = colour
    }

    /// The whole text, with a line break at the end.
    public func render() -> String {
        let style = Style(colour)
        var lines = [style.paint("Regression gate", .strong)]
        lines += wrap("\(GateWords.comparison(report)); 95 % intervals; more than 0 costs more").map(faint)
        lines += sentences("What can be seen here", report.visible)
        lines += table()
        lines += sentences("Differences between the runs", GateWords.differences(report))
        lines += sentences("Warnings", report.warnings)
        let tone = report.rows.isEmpty ? .open : GateWords.tone(report.status)
        // One line however wide, so that a log can be searched for it.
        lines += ["", style.paint("\(GateWords.outcome(report)); exit status \(exitStatus)", tone)]
        return lines.map { $0 + "\n" }.joined()
    }

    private func table() -> [String] {
        guard !report.rows.isEmpty else { return [] }
        var table = TextTable([
            .init(title: "workload"), .init(title: "environment"),
            .init(title: "baseline", alignment: .trailing, sacrifice: 2),
            .init(title: "candidate", alignment: .trailing, sacrifice: 1),
            .init(title: "change", alignment: .trailing), .init(title: "95 % interval", alignment: .trailing),
            .init(title: "verdict"),
        ])
        var before: String?
        for row in report.rows {
            let compared = row.row
            table.add([
                .init(before == compared.label ? "" : Printable.line(compared.label, limit: 40), .strong),
                .init(compared.environment), .init(GateWords.value(compared.baseline, of: compared) ?? "-"),
                .init(GateWords.value(compared.candidate, of: compared) ?? "-"),
                .init(GateWords.change(compared) ?? "-"), .init(GateWords.interval(compared) ?? "-"),
                .init(row.status.rawValue, GateWords.tone(row.status)),
            ])
            if row.status != .pass, !row.reason.isEmpty { table.rows.append(.note(row.reason)) }
            before = compared.label
        }
        let note =
            "change: of the overhead against native"
            + (GateWords.hasNative(report.rows) ? ", or natively of the value itself" : "")
        return [""] + table.lines(width: width, colour: colour) + [""] + wrap(note).map(faint)
    }

    private func sentences(_ heading: String, _ sentences: [String]) -> [String] {
        guard !sentences.isEmpty else { return [] }
        return ["", Style(colour).paint(heading, .strong)]
            + sentences.flatMap { TextWidth.wrap("- \(Printable.line($0))", to: width, indent: 2) }
    }

    private func wrap(_ text: String) -> [String] { TextWidth.wrap(text, to: width, indent: 0) }
    private func faint(_ text: String) -> String { Style(colour).paint(text, .faint) }
}
