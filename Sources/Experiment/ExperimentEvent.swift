public import BenchrunModel
public import Results

/// What an experiment tells a display, as it happens.
public enum ExperimentEvent: Sendable {
    /// Measuring begins: how many cells are left to measure in this session.
    case began(cells: Int, rounds: ClosedRange<Int>)
    /// A launch of a pilot begins.
    case pilot(launch: Int, of: Int)
    /// A pilot has come to a decision.
    case decided(PilotRecord)
    /// A round begins.
    case round(Int, of: Int)
    /// Blocks with invalid cells are measured again.
    case replacing([Block])
    /// The state of all pairs: before the first round and after every one.
    case pairs([PairState])
    /// A pair of an adaptive run is precise enough, or goes on no longer for another reason.
    case closed(PairState)
    /// An instance of the environment is being launched for the round.
    case launching(environment: String)
    /// A cell begins.
    case cell(round: Int, block: BlockKey, environment: String)
    /// What the current cell does now, such as `setup`, `warm-up`, `iteration 2 of 3`.
    case step(String)
    /// A cell's rows are on disk.
    case measured(CellSummary)
    /// Instances of the round are being stopped and removed.
    case removing(count: Int)
    /// Something the user should know.
    case warning(String)
    /// No further cell will be measured.
    case ended(SessionEnding)
}

/// One finished cell, for a display.
public struct CellSummary: Sendable, Equatable {
    /// Round, from 1.
    public var round: Int
    /// Workload and case.
    public var block: BlockKey
    /// Environment.
    public var environment: String
    /// What became of it.
    public var outcome: Outcome
    /// Mean of the primary metric over the cell's iterations, in its unit; nil unless the outcome is `ok`.
    public var value: Double?
    /// Unit of the value.
    public var unit: String
    /// Why it is not `ok`.
    public var reason: String
    /// How long the cell took with everything around it, in nanoseconds.
    public var duration: UInt64

    /// Creates a summary.
    public init(
        round: Int,
        block: BlockKey,
        environment: String,
        outcome: Outcome,
        value: Double?,
        unit: String,
        reason: String,
        duration: UInt64
    ) {
        self.round = round
        self.block = block
        self.environment = environment
        self.outcome = outcome
        self.value = value
        self.unit = unit
        self.reason = reason
        self.duration = duration
    }
}

/// What an experiment learnt about its own schedule, for `run.json`.
public enum ScheduleChange: Sendable, Equatable {
    /// All pairs, as they are now.
    case pairs([PairRecord])
    /// A pilot's decision.
    case pilot(PilotRecord)
}

/// Why a session measures no more.
public enum SessionEnding: Sendable, Equatable {
    /// Every planned round is done.
    case completed
    /// The budget was spent before all rounds were done.
    case budget
    /// A signal ended it.
    case interrupted
    /// An error ended it: the results could not be written, or nothing could be measured any more.
    case failed(String)
}
