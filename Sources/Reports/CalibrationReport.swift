public import Analysis
import Glibc
public import Results
import Statistics

/// What a calibration found, as text.
public struct CalibrationReport: Sendable {
    /// The host's noise.
    public var entries: [Calibration.Entry]
    /// The A/A comparisons behind it.
    public var trials: [CalibrationAnalysis.Trial]
    /// Where it is kept.
    public var file: String
    /// Columns to use; at least 60.
    public var width: Int
    /// Whether to use a terminal's colours.
    public var colour: Bool

    /// Creates a report.
    public init(
        entries: [Calibration.Entry],
        trials: [CalibrationAnalysis.Trial],
        file: String,
        width: Int = 110,
        colour: Bool = false
    ) {
        self.entries = entries
        self.trials = trials
        self.file = file
        self.width = max(60, width)
        self.colour = colour
    }

    /// Numbers of rounds for which the smallest visible difference is told.
    private static let rounds = [6, 10, 30]

    /// The whole text, with a line break at the end.
    public func render() -> String {
        let style = Style(colour)
        var lines = [style.paint("Noise of this host: environments against themselves", .strong)]
        lines += table().lines(width: width, colour: colour)
        lines.append("")
        lines += TextWidth.wrap(Self.explanation, to: width, indent: 0).map { style.paint($0, .faint) }
        lines += [""] + TextWidth.wrap(judgement, to: width, indent: 0) + ["", "calibration  \(file)"]
        return lines.map { $0 + "\n" }.joined()
    }

    private func table() -> TextTable {
        var table = TextTable(
            [
                .init(title: "workload"), .init(title: "environment"),
                .init(title: "runs", alignment: .trailing, sacrifice: 1), .init(title: "CV", alignment: .trailing),
                .init(title: "lag-1", alignment: .trailing, sacrifice: 1), .init(title: "tau", alignment: .trailing),
            ] + Self.rounds.map { .init(title: "seen in \($0)", alignment: .trailing) }
        )
        for entry in entries {
            let label = entry.caseLabel.isEmpty ? entry.workload : "\(entry.workload) \(entry.caseLabel)"
            let floor = NoiseFloor(entry)
            table.add(
                [
                    .init(Printable.line(label, limit: 40), .strong), .init(entry.environment), .init("\(entry.runs)"),
                    .init(Format.share(entry.variation)), .init(Format.fixed(entry.lag1, 2)),
                    .init(entry.tau.map { Format.share($0) } ?? "?"),
                ]
                    + Self.rounds.map { rounds -> TextTable.Cell in
                        let smallest = floor.smallestVisible(rounds: rounds, alpha: RunAnalysis.alpha)
                        return TextTable.Cell(smallest.map { Format.share(expm1($0)) } ?? "-")
                    }
            )
        }
        return table
    }

    private static let explanation =
        "CV: how much launches vary; lag-1: whether neighbours are alike; tau: how much whole runs vary beyond what their "
        + "rounds explain, '?' under 5 runs, where 1 % is assumed; seen in n: the smallest true difference that n rounds "
        + "show in 4 of 5 runs"

    /// What a report would have said of comparisons whose truth is 0.
    private var judgement: String {
        let judged = trials.filter { $0.verdict == .slower || $0.verdict == .faster }.count
        let excluding = trials.filter(\.excludesZero).count
        return
            "Of \(Wording.count(trials.count, "comparison")) of an environment with itself, \(judged) would have been "
            + "called slower or faster, and \(excluding) intervals leave out 0; about one in 20 does so by chance."
    }
}
