import BenchrunModel
import Glibc
public import Results
public import Statistics

/// Derives a host's noise from A/A runs: runs in which environments appear twice, see ``EnvironmentSpec/twin``.
public struct CalibrationAnalysis: Sendable {
    /// One A/A comparison: an environment against itself in one run.
    public struct Trial: Sendable, Codable, Equatable {
        /// The run.
        public var run: String
        /// The workload.
        public var workload: String
        /// The case's label.
        public var caseLabel: String
        /// The environment.
        public var environment: String
        /// Its estimate, whose truth is 0.
        public var estimate: LogEstimate
        /// What a report would say of it.
        public var verdict: Verdict.Kind
        /// Whether its interval leaves 0 out.
        public var excludesZero: Bool
        /// Log ratios of the rounds.
        var logRatios: [Double]
        /// Values of the launches under both names, in the order of the rounds.
        var launches: [[Double]]
    }

    /// All comparisons, in the order of the runs.
    public private(set) var trials: [Trial] = []
    private var records: [Place: Record] = [:]
    private var order: [Place] = []

    private struct Place: Hashable {
        var workload, caseLabel, environment: String
    }

    private struct Record {
        var digest: String
        var limits: Limits
        var date: Double
    }

    /// Nothing yet.
    public init() {}

    /// Takes a finished run. All runs are of the same workloads, environments and limits.
    public mutating func add(_ manifest: RunManifest, _ analysis: RunAnalysis) {
        for result in analysis.primary {
            guard
                let twin = analysis.primary.first(where: {
                    $0.environment == result.environment + EnvironmentSpec.twinSuffix && $0.label == result.label
                }),
                let trial = Self.trial(result, twin, run: manifest.run.text)
            else { continue }
            trials.append(trial)
            let place = Place(
                workload: result.workload,
                caseLabel: result.caseLabel,
                environment: result.environment
            )
            if records[place] == nil { order.append(place) }
            records[place] = Record(
                digest: manifest.workloads.first { $0.name == result.workload }?.digest ?? "",
                limits: manifest.limits,
                date: manifest.sessions.last?.wallClock ?? 0
            )
        }
    }

    private static func trial(_ one: MetricResult, _ other: MetricResult, run: String) -> Trial? {
        let pairs = one.launches.compactMap { launch -> (Double, Double)? in
            guard
                let twin = other.launches.first(where: { $0.round == launch.round && $0.session == launch.session }),
                launch.value > 0, twin.value > 0
            else { return nil }
            return (launch.value, twin.value)
        }
        let d = LogRatio.of(
            native: pairs.map(\.0),
            environment: pairs.map(\.1),
            higherIsBetter: one.metric.better == .higher
        )
        guard one.metric.better != .none, let estimate = HodgesLehmann.oneSample(d, alpha: RunAnalysis.alpha) else {
            return nil
        }
        let verdict = Verdict.of(estimate, delta: one.metric.delta)
        return Trial(
            run: run,
            workload: one.workload,
            caseLabel: one.caseLabel,
            environment: one.environment,
            estimate: LogEstimate(estimate),
            verdict: verdict.kind,
            excludesZero: verdict.leaning != .none,
            logRatios: d,
            launches: [pairs.map(\.0), pairs.map(\.1)]
        )
    }

    /// One entry for each workload, case and environment with at least one run of two rounds.
    public func entries() -> [Calibration.Entry] {
        order.compactMap { place in
            guard let record = records[place] else { return nil }
            return entry(place, record, trials.filter { Self.place(of: $0) == place })
        }
    }

    private func entry(_ place: Place, _ record: Record, _ own: [Trial]) -> Calibration.Entry? {
        let spreads = own.compactMap { Summary.variance($0.logRatios) }
        guard let spread = Summary.mean(spreads) else { return nil }
        let series = own.flatMap(\.launches).map { $0.map { log($0) } }
        let launches = Summary.mean(series.compactMap { Summary.variance($0) }) ?? 0
        return Calibration.Entry(
            workload: place.workload,
            caseLabel: place.caseLabel,
            environment: place.environment,
            digest: record.digest,
            cpuQuota: record.limits.cpuQuota,
            memory: record.limits.memory,
            runs: own.count,
            rounds: own.reduce(0) { $0 + $1.logRatios.count },
            spread: spread.squareRoot(),
            tau: Self.tau(own),
            // Of a lognormal value with this spread.
            variation: expm1(launches).squareRoot(),
            lag1: Summary.mean(series.compactMap { Drift.of($0)?.lag1 }) ?? 0,
            date: record.date
        )
    }

    /// From the runs that have an interval, and so a standard error.
    private static func tau(_ trials: [Trial]) -> Double? {
        var estimates: [Double] = []
        var errors: [Double] = []
        for trial in trials {
            guard let estimate = HodgesLehmann.oneSample(trial.logRatios, alpha: RunAnalysis.alpha),
                let error = SessionSpread.standardError(of: estimate)
            else { continue }
            estimates.append(estimate.value)
            errors.append(error)
        }
        return SessionSpread.tau(estimates: estimates, standardErrors: errors)
    }

    private static func place(of trial: Trial) -> Place {
        Place(workload: trial.workload, caseLabel: trial.caseLabel, environment: trial.environment)
    }
}
