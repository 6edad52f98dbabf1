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
    /// What was executed: a digest of the workload's file, or of the user's command.
    public var digest: String
    /// Where it was measured: the digest of the run's fingerprint.
    public var place: String

    /// Names the series that it belongs to.
    public var series: HistorySeries.Key {
        HistorySeries.Key(workload: workload, caseLabel: caseLabel, environment: environment)
    }

    /// A command of the user's has no file; all of them are called `command`.
    private static func digest(of name: String, in manifest: RunManifest) -> String {
        guard let workload = manifest.workloads.first(where: { $0.name == name }) else { return "" }
        guard workload.digest.isEmpty else { return String(workload.digest.prefix(16)) }
        return String(SHA256.hexDigest(of: Array(workload.command.joined(separator: "\u{0}").utf8)).prefix(16))
    }

    /// All rows of a run.
    static func all(of analysis: RunAnalysis, _ manifest: RunManifest) -> [HistoryEntry] {
        let place = Fingerprint(manifest).digest
        let began = manifest.sessions.first?.wallClock ?? 0
        return analysis.primary.compactMap { result in
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
                rounds: estimate?.rounds ?? result.launches.count,
                digest: digest(of: result.workload, in: manifest),
                place: place
            )
        }
    }
}
