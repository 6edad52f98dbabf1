public import BenchrunModel
import Glibc
public import Results
import Statistics

/// Mode C: a run against the runs before it (STATISTICS, section 3).
public enum HistoryGate {
    /// The fewest earlier runs.
    public static let leastRuns = HistoryPrediction.leastRuns

    /// Judges every row of a run that has a history.
    /// - Parameters:
    ///   - run: the candidate.
    ///   - entries: the index; what came after the candidate is left out.
    ///   - differences: facts in which the candidate differs from the run before it.
    /// - Throws: ``FileGateAnalysis/Refusal`` where no row has enough earlier runs.
    public static func judge(
        _ run: RunID,
        entries: [HistoryEntry],
        differences: [RunDifference] = []
    ) throws(FileGateAnalysis.Refusal) -> GateReport {
        let last = entries.lastIndex { $0.run == run.text }
        let known = Array(entries.prefix((last ?? -1) + 1))
        let series = HistorySeries.all(known).filter { $0.entries.last?.run == run.text }
        let counts = series.map { $0.entries.count - 1 }
        guard let most = counts.max(), most >= leastRuns else {
            throw FileGateAnalysis.Refusal(
                description:
                    "run \(run) has \(counts.max() ?? 0) runs before it with the same rows: a verdict by history "
                    + "takes \(leastRuns)"
            )
        }
        let rows = series.compactMap(row)
        return GateReport(
            mode: .history,
            candidate: run.text,
            baseline: "\(most) earlier run\(most == 1 ? "" : "s")",
            rows: rows,
            differences: differences,
            visible: series.compactMap(visible),
            warnings: series.flatMap(warnings)
        )
    }

    private static func row(_ series: HistorySeries) -> GateReport.Row? {
        guard let last = series.entries.last else { return nil }
        let earlier = series.entries.dropLast()
        let values = earlier.compactMap(\.overhead)
        let prediction = last.overhead.flatMap { HistoryPrediction.of(history: values, x: $0) }
        let metric = MetricRecord(name: last.metric, unit: last.unit, better: .lower, delta: last.delta)
        var change: LogEstimate?
        if let prediction {
            // The interval in which the change of one more run of the same thing is expected, turned around the run.
            let reach = prediction.upper - prediction.mean
            change = LogEstimate(
                Estimate(
                    value: prediction.value - prediction.mean,
                    lower: prediction.value - prediction.mean - reach,
                    upper: prediction.value - prediction.mean + reach,
                    rank: 0,
                    achievedConfidence: 0.95,
                    count: values.count
                )
            )
        }
        let row = ComparedRow(
            workload: last.workload,
            caseLabel: last.caseLabel,
            environment: last.environment,
            metric: metric,
            baseline: .init(
                median: Summary.median(earlier.map(\.median)),
                overhead: Summary.mean(values).map {
                    LogEstimate(
                        Estimate(
                            value: $0,
                            lower: nil,
                            upper: nil,
                            rank: 0,
                            achievedConfidence: nil,
                            count: values.count
                        )
                    )
                },
                launches: values.count
            ),
            candidate: .init(median: last.median, overhead: overhead(last), launches: last.rounds),
            overheadChange: change,
            valueChange: nil
        )
        let (status, reason) = judge(prediction, delta: last.delta)
        return GateReport.Row(row: row, status: status, p: prediction?.pGreater, reason: reason)
    }

    private static func overhead(_ entry: HistoryEntry) -> LogEstimate? {
        entry.overhead.map { value in
            LogEstimate(
                Estimate(
                    value: value,
                    lower: entry.lower,
                    upper: entry.upper,
                    rank: 0,
                    achievedConfidence: entry.lower == nil ? nil : 0.95,
                    count: entry.rounds
                )
            )
        }
    }

    private static func judge(_ prediction: HistoryPrediction?, delta: Double) -> (GateStatus, String) {
        guard let prediction, let isRegression = prediction.isRegression(delta: delta) else {
            return (.inconclusive, "fewer than \(leastRuns) earlier runs have this row")
        }
        if isRegression {
            return (.regression, "above what \(prediction.count) earlier runs let expect, by more than matters")
        }
        let change = prediction.value - prediction.mean
        if change < -log1p(delta), prediction.value < 2 * prediction.mean - prediction.upper {
            return (.improved, "below what \(prediction.count) earlier runs let expect, by more than matters")
        }
        // Where history scatters so much that no change that matters would stand out, silence is not a pass.
        let isBlind = prediction.upper - prediction.mean > 2 * log1p(delta)
        return isBlind && change > log1p(delta)
            ? (.inconclusive, "within what earlier runs let expect, but they scatter by more than matters")
            : (.pass, "within what \(prediction.count) earlier runs let expect, or under the change that matters")
    }

    private static func visible(_ series: HistorySeries) -> String? {
        let values = series.entries.dropLast().compactMap(\.overhead)
        guard let last = series.entries.last?.overhead, values.count >= leastRuns,
            let prediction = HistoryPrediction.of(history: values, x: last)
        else { return nil }
        let smallest = expm1(max(log1p(series.delta), prediction.upper - prediction.mean))
        return "\(series.label) in \(series.key.environment): a change of the overhead under "
            + "\(CellGuards.percent(smallest)) cannot be called a regression against \(values.count) earlier runs"
    }

    private static func warnings(_ series: HistorySeries) -> [String] {
        guard let alert = series.alerts.last else { return [] }
        return [
            "alert: \(series.label) in \(series.key.environment) changed by \(CellGuards.percent(alert.change)) "
                + "\(alert.change < 0 ? "down" : "up") at run \(alert.run): the mean of all earlier runs is of two times"
        ]
    }
}
