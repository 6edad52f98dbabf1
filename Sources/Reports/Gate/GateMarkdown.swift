public import Analysis
import Statistics

/// A gate's answer in GitHub's Markdown: what is appended to a job's summary, and what a reviewer reads in a pull
/// request. What needs a look comes first; rows that pass are folded.
public struct GateMarkdown: Sendable {
    /// The answer.
    public var report: GateReport

    /// Creates the page.
    public init(report: GateReport) {
        self.report = report
    }

    /// The whole text, with a line break at the end.
    public func render() -> String {
        let passes = GateWords.rows(report, [.pass])
        var lines = [
            "## benchrun: \(GateWords.outcome(report))", "",
            Self.text(GateWords.comparison(report)) + ". More than 0 costs more than before.",
        ]
        lines += table(GateWords.rows(report, GateWords.worstFirst.filter { $0 != .pass }))
        if !passes.isEmpty {
            lines += ["", "<details>", "<summary>\(Wording.count(passes.count, "row")) without regression</summary>"]
            lines += table(passes) + ["", "</details>"]
        }
        lines += section("Differences between the runs", GateWords.differences(report))
        lines += section("Warnings", report.warnings)
        lines += section("What can be seen here", report.visible)
        return lines.map { $0 + "\n" }.joined()
    }

    private func table(_ rows: [GateReport.Row]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let note = GateWords.hasNative(rows) ? ["", "Native has no overhead: it is judged by the value itself."] : []
        return [
            "", "| workload | environment | baseline | candidate | change of overhead (95 % interval) | verdict |",
            "|---|---|---:|---:|---:|---|",
        ] + rows.map(line) + note
    }

    private func line(_ row: GateReport.Row) -> String {
        let compared = row.row
        let change = GateWords.change(compared).map {
            "\($0) (\(GateWords.interval(compared) ?? "no interval"))"
        }
        let isStrong = row.status == .regression
        let cells = [
            Self.text(compared.label), Self.text(compared.environment),
            Self.text(GateWords.value(compared.baseline, of: compared) ?? "–"),
            Self.text(GateWords.value(compared.candidate, of: compared) ?? "–"),
            Format.typographic(change ?? "–"),
            (isStrong ? "**\(row.status.rawValue)**" : row.status.rawValue)
                + (row.status == .pass || row.reason.isEmpty ? "" : "<br>" + Self.text(row.reason)),
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    private func section(_ heading: String, _ sentences: [String]) -> [String] {
        guard !sentences.isEmpty else { return [] }
        return ["", "### \(heading)", ""] + sentences.map { "- \(Self.text($0))" }
    }

    /// Escaped, and so that an image's `@sha256:` mentions nobody.
    private static func text(_ text: String) -> String {
        MarkdownText.escape(text).replacing("@", with: "@<!-- -->")
    }
}
