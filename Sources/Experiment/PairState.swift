public import BenchrunModel
public import Results

/// A workload and case in an environment, compared with native: how precise it is, and whether it goes on.
public struct PairState: Sendable, Equatable {
    /// Workload and case.
    public var block: BlockKey
    /// The environment.
    public var environment: String
    /// Wanted half-width on the log scale.
    public var target: Double
    /// Rounds that gave a ratio.
    public var rounds = 0
    /// Present half-width on the log scale; nil without an interval.
    public var halfWidth: Double?
    /// Rounds that the wanted half-width is likely to take in all; nil where that cannot be said yet.
    public var needed: Int?
    /// When and why it was closed; nil while it is open.
    public var closing: Closing?

    /// The end of a pair.
    public struct Closing: Sendable, Equatable {
        /// The round after which it was closed.
        public var round: Int
        /// Why.
        public var reason: StopReason

        /// Creates a closing.
        public init(round: Int, reason: StopReason) {
            self.round = round
            self.reason = reason
        }
    }

    /// Creates the state of an open pair.
    public init(block: BlockKey, environment: String, target: Double) {
        self.block = block
        self.environment = environment
        self.target = target
    }

    /// As `run.json` keeps it.
    public var record: PairRecord {
        PairRecord(
            workload: block.workload,
            caseLabel: block.caseLabel,
            environment: environment,
            target: target,
            halfWidth: halfWidth,
            rounds: rounds,
            closedAt: closing?.round,
            reason: closing?.reason
        )
    }
}
