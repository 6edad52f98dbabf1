public import Analysis
import BenchrunModel
import Glibc
import Results
import Statistics

/// What the runs of a store say over time: a table, and a picture of each series.
public struct HistoryReport: Sendable {
    private let series: [HistorySeries]
    private let failures: [String]

    /// Takes the series, and what could not be read.
    public init(_ series: [HistorySeries], failures: [String] = []) {
        self.series = series
        self.failures = failures
    }

    /// For a terminal, with a line break at the end.
    public func render(width: Int = 110, colour: Bool = false) -> String {
        let style = Style(colour)
        var lines = [style.paint("Overhead over the runs", .strong), ""]
        var table = TextTable([
            .init(title: "workload"), .init(title: "environment"), .init(title: "runs", alignment: .trailing),
            .init(title: "latest", alignment: .trailing), .init(title: "expected", alignment: .trailing),
            .init(title: "verdict"), .init(title: "", sacrifice: 1),
        ])
        var label = ""
        for one in series {
            let prediction = one.prediction()
            table.add([
                .init(one.label == label ? "" : Printable.line(one.label, limit: 40), .strong),
                .init(one.key.environment),
                .init("\(one.entries.count)"),
                .init(one.entries.last?.overhead.map(Format.overhead) ?? "-"),
                .init(
                    prediction.map { "\(Format.overhead($0.value.mean)), at most \(Format.overhead($0.value.upper))" }
                        ?? "-"
                ),
                .init(
                    Self.word(prediction),
                    prediction?.isRegression ?? false ? .bad : prediction == nil ? .open : .good
                ),
                .init(Self.bars(one)),
            ])
            label = one.label
        }
        lines += table.lines(width: width, colour: colour)
        let alerts = series.flatMap(Self.alerts)
        for (heading, sentences) in [("Alerts", alerts), ("Runs that could not be read", failures)]
        where !sentences.isEmpty {
            lines += ["", style.paint(heading, .strong)]
            lines += sentences.flatMap { TextWidth.wrap("- \(Printable.line($0))", to: width, indent: 2) }
        }
        if series.isEmpty { lines = ["no run with an overhead is in the store; make one with 'benchrun all'"] }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func word(_ prediction: (value: HistoryPrediction, isRegression: Bool)?) -> String {
        guard let prediction else { return "too few runs" }
        return prediction.isRegression ? "regression" : "as before"
    }

    private static func alerts(_ series: HistorySeries) -> [String] {
        series.alerts.map { alert in
            let facts = alert.facts.map(CompareText.sentence).joined(separator: "; ")
            return "\(series.label) in \(series.key.environment): the overhead's ratio changed by "
                + "\(Format.percent(alert.change)) at run \(alert.run) (after \(alert.previous))"
                + (series.isLowConfidence ? ", with low confidence: runs resemble their neighbours" : "")
                + (facts.isEmpty ? "; no recorded fact changed there" : "; \(facts)")
        }
    }

    /// The last runs as little bars.
    private static func bars(_ series: HistorySeries) -> String {
        let values = series.entries.suffix(16).compactMap(\.overhead)
        guard let least = values.min(), let most = values.max(), values.count > 1 else { return "" }
        let steps = Array("▁▂▃▄▅▆▇█")
        return String(
            values.map { value in
                let share = most > least ? (value - least) / (most - least) : 0
                return steps[min(steps.count - 1, Int(share * Double(steps.count)))]
            }
        )
    }

    /// Draws one picture for each series. Makes the folder.
    /// - Returns: the pictures' paths.
    public func draw(into folder: String, searchPath: String) async throws -> [String] {
        let plots = series.map { HistoryPlot(series: $0).plot() }
        for plot in plots {
            try replaceFile("\(folder)/\(plot.scriptName)", with: Array(plot.script.utf8))
            try replaceFile("\(folder)/\(plot.data.name)", with: Array(plot.data.text.utf8))
        }
        try await Gnuplot(searchPath: searchPath).render(plots.map(\.scriptName), in: folder)
        return plots.map { "\(folder)/\($0.vectorName)" }
    }
}
