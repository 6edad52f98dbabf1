import BenchrunModel
public import Results

/// What each step of a ladder costs in one workload and case. A ladder is an order of environments of which each takes
/// something away from the one before it: the overhead of the first is attributed step by step.
public struct LadderResult: Sendable, Codable, Equatable {
    /// The workload.
    public var workload: String
    /// The case's label.
    public var caseLabel: String
    /// Its primary metric.
    public var metric: MetricRecord
    /// From the first rung to the last; rungs without a value are stepped over.
    public var steps: [Step]
    /// From the first rung to the last at once; nil where there is but one step or none.
    public var whole: Step?
    /// Rungs that have no value, and why, in the order of the ladder.
    public var missing: [Missing]

    /// Workload and case: `redis connections=10`.
    public var label: String { caseLabel.isEmpty ? workload : "\(workload) \(caseLabel)" }

    /// From one rung to a later one.
    public struct Step: Sendable, Codable, Equatable {
        /// The rung that has more.
        public var from: String
        /// The rung that has less.
        public var to: String
        /// What it takes away, a part each: `seccomp: unconfined`, `driver: native, no docker`.
        public var removes: [String]
        /// What that costs: ln(from / to), inverted where higher is better, so that more than 0 is a cost. The
        /// Hodges-Lehmann estimate over the rounds that have both; nil without such a round.
        public var estimate: LogEstimate?
    }

    /// A rung without a value.
    public struct Missing: Sendable, Codable, Equatable {
        /// The environment.
        public var environment: String
        /// Why.
        public var reason: String

        /// Creates it.
        public init(environment: String, reason: String) {
            self.environment = environment
            self.reason = reason
        }
    }
}
