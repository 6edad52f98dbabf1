import BenchrunModel
public import Results
public import Statistics

/// How small a difference of a row could have been seen, from the host's calibration.
public struct VisibleDifference: Sendable, Codable, Equatable {
    /// The workload.
    public var workload: String
    /// The case's label.
    public var caseLabel: String
    /// The environment.
    public var environment: String
    /// The row's rounds.
    public var rounds: Int
    /// The smallest true difference, on the log scale, that so many rounds show in four of five runs; nil where so few
    /// have no interval.
    public var smallest: Double?
    /// False where only native's noise is known, so that the environment's own may hide more.
    public var isComplete: Bool

    /// Workload and case.
    public var label: String { caseLabel.isEmpty ? workload : "\(workload) \(caseLabel)" }
}

/// The noise floor of a run, from what its manifest keeps of the host's calibration.
struct NoiseFloorAnalysis {
    let manifest: RunManifest
    let results: [MetricResult]

    /// One element for each row whose workload is calibrated natively.
    func differences() -> [VisibleDifference] {
        results.compactMap { result in
            guard result.isPrimary, let estimate = result.comparison?.estimate,
                let native = floor(result, in: EnvironmentSpec.nativeName)
            else { return nil }
            let own = floor(result, in: result.environment)
            let both = own.map { NoiseFloor.between(native, $0) } ?? native
            return VisibleDifference(
                workload: result.workload,
                caseLabel: result.caseLabel,
                environment: result.environment,
                rounds: estimate.rounds,
                smallest: both.smallestVisible(rounds: estimate.rounds, alpha: manifest.stoppingRule.alpha),
                isComplete: own != nil
            )
        }
    }

    private func floor(_ result: MetricResult, in environment: String) -> NoiseFloor? {
        var name = environment
        if name.hasSuffix(EnvironmentSpec.twinSuffix) { name.removeLast(EnvironmentSpec.twinSuffix.count) }
        return (manifest.calibration ?? []).first {
            $0.workload == result.workload && $0.caseLabel == result.caseLabel && $0.environment == name
        }.map(NoiseFloor.init)
    }
}

extension NoiseFloor {
    /// The floor that a calibration found; without enough runs for tau, the spread that is assumed without calibration.
    public init(_ entry: Calibration.Entry) {
        self.init(spread: entry.spread, tau: entry.tau ?? SessionSpread.uncalibrated)
    }
}
