import BenchrunModel
import Results

/// What one run says about one row: a line of the history's index.
public struct HistoryEntry: Sendable, Equatable, Codable {
    /// The run.
    public var run: String
    /// Seconds since 1970 when it began; 0 where it does not say.
    public var began: Double
    /// The workload.
    public var workload: String
    /// The case's label; empty without parameters.
    public var caseLabel: String
    /// The environment.
    public var environment: String
    /// Its primary metric.
    public var metric: String
    /// Unit.
    public var unit: String
    /// The smallest change that matters, as a fraction.
    public var delta: Double
    /// Median of the launches, in the metric's unit.
    public var median: Double
    /// The overhead on the log scale, more than 0 being worse; nil for native.
    public var overhead: Double?
    /// Lower end of its interval.
    public var lower: Double?
    /// Upper end of its interval.
    public var upper: Double?
    /// Rounds behind it.
    public var rounds: Int

    /// Names the series that it belongs to.
    public var series: HistorySeries.Key {
        HistorySeries.Key(workload: workload, caseLabel: caseLabel, environment: environment)
    }

    /// All rows of a run.
    static func all(of analysis: RunAnalysis, began: Double) -> [HistoryEntry] {
        analysis.primary.compactMap { result in
            guard result.metric.better != .none, let median = result.median, median.isFinite else { return nil }
            let estimate = result.comparison?.estimate
            return HistoryEntry(
                run: analysis.run.text,
                began: began,
                workload: result.workload,
                caseLabel: result.caseLabel,
                environment: result.environment,
                metric: result.metric.name,
                unit: result.metric.unit,
                delta: result.metric.delta,
                median: median,
                overhead: estimate?.value,
                lower: estimate?.lower,
                upper: estimate?.upper,
                rounds: estimate?.rounds ?? result.launches.count
            )
        }
    }
}
