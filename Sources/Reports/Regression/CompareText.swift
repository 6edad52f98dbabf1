public import Analysis
import BenchrunModel
import Results
import Statistics

/// Two runs beside each other, for a terminal or as Markdown.
public struct CompareText: Sendable {
    private let comparison: RunComparison
    private let width: Int
    private let colour: Bool

    /// Takes a comparison.
    public init(_ comparison: RunComparison, width: Int = 110, colour: Bool = false) {
        self.comparison = comparison
        self.width = max(60, width)
        self.colour = colour
    }

    /// For a terminal, with a line break at the end.
    public func render() -> String {
        let style = Style(colour)
        func sentences(_ heading: String, _ sentences: [String]) -> [String] {
            guard !sentences.isEmpty else { return [] }
            return ["", style.paint(heading, .strong)]
                + sentences.flatMap { TextWidth.wrap("- \(Printable.line($0))", to: width, indent: 2) }
        }
        var lines = [
            style.paint("What changed from run \(comparison.baseline) to run \(comparison.candidate)", .strong)
        ]
        lines.append(style.paint("95 % intervals; more than 0 is worse", .faint))
        lines.append("")
        lines += table().lines(width: width, colour: colour)
        lines += sentences("What differs between the runs", comparison.differences.map(Self.sentence))
        lines += sentences("Warnings", comparison.warnings)
        return lines.map { $0 + "\n" }.joined()
    }

    private func table() -> TextTable {
        var table = TextTable([
            .init(title: "workload"), .init(title: "environment"),
            .init(title: "value", alignment: .trailing, sacrifice: 2),
            .init(title: "change of value", alignment: .trailing, sacrifice: 1),
            .init(title: "change of overhead", alignment: .trailing),
            .init(title: "95 % interval", alignment: .trailing),
            .init(title: "verdict"),
        ])
        var label = ""
        for row in comparison.rows {
            if !label.isEmpty, row.label != label { table.rows.append(.blank) }
            table.add([
                .init(row.label == label ? "" : Printable.line(row.label, limit: 40), .strong), .init(row.environment),
                .init(Self.values(row)), .init(row.valueChange.map { Format.overhead($0.value) } ?? "-"),
                .init(row.overheadChange.map { Format.overhead($0.value) } ?? "-"),
                .init(row.change.flatMap(Format.interval) ?? "-"), .init(Self.verdict(row), Self.tone(row)),
            ])
            label = row.label
        }
        return table
    }

    private static func values(_ row: ComparedRow) -> String {
        let sides = [row.baseline.median, row.candidate.median].map { median in
            median.map { Format.value($0, unit: row.metric.unit) } ?? "none"
        }
        return Printable.line("\(sides[0]) → \(sides[1])", limit: 60)
    }

    private static func verdict(_ row: ComparedRow) -> String {
        guard let change = row.change else { return "no value" }
        guard change.lower != nil else { return "no interval" }
        let word =
            switch row.verdict {
            case .slower: "worse"
            case .faster: "better"
            case .equivalent: "unchanged"
            case .inconclusive: "inconclusive"
            }
        // Values of two days differ by what the host does on them; only overheads are freed of that.
        return row.overheadChange == nil ? "\(word) (value)" : word
    }

    private static func tone(_ row: ComparedRow) -> TextTable.Tone {
        switch row.verdict {
        case .slower: .bad
        case .faster, .equivalent: .good
        case .inconclusive: .open
        }
    }

    static func sentence(_ difference: RunDifference) -> String {
        "\(difference.fact): \(difference.baseline) before, \(difference.candidate) now"
    }

    /// As Markdown.
    public func markdown() -> String {
        var lines = [
            "## What changed from run \(comparison.baseline) to run \(comparison.candidate)", "",
            "More than 0 is worse; intervals are at 95 %.", "",
            "| workload | environment | value | change of value | change of overhead | 95 % interval | verdict |",
            "|---|---|---:|---:|---:|---:|---|",
        ]
        for row in comparison.rows {
            let cells = [
                row.label, row.environment, Self.values(row), row.valueChange.map { Format.overhead($0.value) } ?? "–",
                row.overheadChange.map { Format.overhead($0.value) } ?? "–", row.change.flatMap(Format.interval) ?? "–",
                Self.verdict(row),
            ]
            lines.append("| " + cells.map(MarkdownText.escape).joined(separator: " | ") + " |")
        }
        for (heading, sentences) in [
            ("What differs between the runs", comparison.differences.map(Self.sentence)),
            ("Warnings", comparison.warnings),
        ] where !sentences.isEmpty {
            lines += ["", "### \(heading)", ""] + sentences.map { "- \(MarkdownText.escape(Printable.line($0)))" }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
