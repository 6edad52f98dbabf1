import BenchrunModel
import Glibc
import Results
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
    /// Rounds behind it; of independent samples, the number of values of the smaller one.
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
    /// One log ratio of each round that has both; empty where values belong to no rounds.
    public var pairs: [Pair]
    /// The estimate; nil without pairs, or where a side has no value.
    public var estimate: LogEstimate?
    /// What the interval says against the smallest change that matters.
    public var verdict: Verdict.Kind
    /// On which side of no difference the interval lies.
    public var leaning: Verdict.Leaning
    /// Half-width wanted, on the log scale.
    public var halfWidthTarget: Double
    /// Rounds that an interval of that width is likely to need in all; nil where that cannot be said.
    public var roundsNeeded: Int?
    /// Rounds left out because a value in them was not positive; without rounds, the numbers of such values.
    public var unusableRounds: [Int]
    /// Why no further round was asked for; nil for metrics that do not decide it, and in runs that did not record it.
    public var stop: Stop?

    /// What all rounds together cost; nil with too few rounds for its approximation.
    public var cost: CostEstimate?
    /// How many values each side has, where they belong to no rounds and there are no pairs; nil for pairs.
    public var unpaired: Unpaired?

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

    /// The sides of a comparison without rounds.
    public struct Unpaired: Sendable, Codable, Equatable {
        /// Values of native that have a logarithm.
        public var native: Int
        /// Values of the environment that have a logarithm.
        public var environment: Int

        /// Creates it.
        public init(native: Int, environment: Int) {
            self.native = native
            self.environment = environment
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

    /// Judges two sides whose values belong to no rounds, as independent samples: the two-sample Hodges-Lehmann
    /// estimate of ln(value), turned so that more than 0 is always overhead.
    init(
        native: [Launch],
        environment: [Launch],
        metric: MetricRecord,
        halfWidthTarget: Double,
        alpha: Double = RunAnalysis.alpha
    ) {
        let sides = [native, environment].map { side in side.filter { $0.value > 0 && $0.value.isFinite } }
        let logs = sides.map { side in side.map { log($0.value) } }
        let isThroughput = metric.better == .higher
        let estimate = HodgesLehmann.twoSample(
            baseline: logs[isThroughput ? 1 : 0],
            candidate: logs[isThroughput ? 0 : 1],
            alpha: alpha
        )
        let verdict = Verdict.of(estimate, delta: metric.delta)
        pairs = []
        unusableRounds = (native + environment).filter { !($0.value > 0 && $0.value.isFinite) }.map(\.round)
        self.estimate = estimate.map(LogEstimate.init)
        self.verdict = verdict.kind
        leaning = verdict.leaning
        self.halfWidthTarget = halfWidthTarget
        unpaired = Unpaired(native: sides[0].count, environment: sides[1].count)
    }
}
