import BenchrunModel
import Results
import Statistics

/// How far two runs of the same thing lie apart, and so how much an interval between them is widened.
struct BetweenRuns {
    /// tau, on the log scale.
    var tau: Double
    /// The factor that goes with it.
    var q: Double
    /// Calibration runs behind it; nil where it is assumed.
    var runs: Int?

    /// Of an overhead: what A/A runs of native and of the environment have shown; where those are missing, what is
    /// assumed.
    init(_ calibration: [Calibration.Entry], _ workload: String, _ label: String, _ environment: String) {
        func entry(_ name: String) -> Calibration.Entry? {
            calibration.first { $0.workload == workload && $0.caseLabel == label && $0.environment == name }
        }
        guard let native = entry(EnvironmentSpec.nativeName), let own = entry(environment), native.tau != nil,
            own.tau != nil, let q = SessionSpread.quantile(runs: min(native.runs, own.runs))
        else {
            tau = SessionSpread.uncalibrated
            q = Self.assumedQuantile
            runs = nil
            return
        }
        tau = NoiseFloor.between(NoiseFloor(native), NoiseFloor(own)).tau
        self.q = q
        runs = min(native.runs, own.runs)
    }

    /// The normal distribution's, for a tau that is taken as known.
    static let assumedQuantile = 1.959963984540054

    /// An estimate of a change, widened.
    func widened(_ estimate: Estimate) -> Estimate {
        guard let lower = estimate.lower, let upper = estimate.upper else { return estimate }
        var wide = estimate
        let ends = SessionSpread.widened(estimate: estimate.value, lower: lower, upper: upper, tau: tau, q: q)
        wide.lower = ends.lower
        wide.upper = ends.upper
        return wide
    }
}
