import Glibc
public import Statistics

extension Verdict.Kind: Codable {}
extension Verdict.Leaning: Codable {}

/// A Hodges-Lehmann estimate of an overhead with its exact interval, on the log scale: ln(environment / native),
/// inverted where higher is better, so that more than 0 is always overhead.
public struct LogEstimate: Sendable, Codable, Equatable {
    /// The estimate.
    public var value: Double
    /// Lower end of the interval; nil where the rounds are too few for one.
    public var lower: Double?
    /// Upper end of the interval.
    public var upper: Double?
    /// Exact confidence of the interval.
    public var confidence: Double?
    /// Rounds behind it.
    public var rounds: Int

    /// Takes an estimate of log ratios.
    public init(_ estimate: Estimate) {
        value = estimate.value
        lower = estimate.lower
        upper = estimate.upper
        confidence = estimate.achievedConfidence
        rounds = estimate.count
    }

    /// The same, as the statistics take it.
    var estimate: Estimate {
        Estimate(value: value, lower: lower, upper: upper, rank: 0, achievedConfidence: confidence, count: rounds)
    }

    /// The estimate as a fraction: 0.05 is 5 % more time, or 1/1.05 of the throughput.
    public var overhead: Double { exp(value) - 1 }
    /// Half of the interval's width on the log scale.
    public var halfWidth: Double? {
        guard let lower, let upper else { return nil }
        return (upper - lower) / 2
    }
}

/// One environment against native, for one workload, case and metric.
public struct Comparison: Sendable, Codable, Equatable {
    /// One log ratio of each round that has both.
    public var pairs: [Pair]
    /// The estimate; nil without pairs.
    public var estimate: LogEstimate?
    /// What the interval says against the smallest change that matters.
    public var verdict: Verdict.Kind
    /// On which side of no difference the interval lies.
    public var leaning: Verdict.Leaning
    /// Half-width wanted, on the log scale.
    public var halfWidthTarget: Double
    /// Rounds that an interval of that width is likely to need in all; nil where that cannot be said.
    public var roundsNeeded: Int?
    /// Rounds left out because a value in them was not positive.
    public var unusableRounds: [Int]
    /// Why no further round was asked for; nil for metrics that do not decide it, and in runs that did not record it.
    public var stop: Stop?

    /// What all rounds together cost; nil with too few rounds for its approximation.
    public var cost: CostEstimate?

    /// Whether the interval is as narrow as wanted.
    public var isPrecise: Bool { estimate?.halfWidth.map { $0 <= halfWidthTarget } ?? false }

    /// The log ratio of one round.
    public struct Pair: Sendable, Codable, Equatable {
        /// The round.
        public var round: Int
        /// The session both launches belong to.
        public var session: Int
        /// ln(environment / native), inverted where higher is better.
        public var logRatio: Double

        /// Creates a pair.
        public init(round: Int, session: Int, logRatio: Double) {
            self.round = round
            self.session = session
            self.logRatio = logRatio
        }
    }

    /// Judges pairs.
    init(
        pairs: [Pair],
        unusableRounds: [Int],
        delta: Double,
        halfWidthTarget: Double,
        alpha: Double = RunAnalysis.alpha
    ) {
        let d = pairs.map(\.logRatio)
        let estimate = HodgesLehmann.oneSample(d, alpha: alpha)
        let verdict = Verdict.of(estimate, delta: delta)
        self.pairs = pairs
        self.unusableRounds = unusableRounds
        self.estimate = estimate.map(LogEstimate.init)
        self.verdict = verdict.kind
        leaning = verdict.leaning
        self.halfWidthTarget = halfWidthTarget
        roundsNeeded = RoundsNeeded.forHalfWidth(halfWidthTarget, observed: d, alpha: alpha)
    }
}
