/// When in an experiment a sample was taken.
public enum Stage: String, Sendable, Codable, CaseIterable {
    /// To find out how many iterations a launch needs.
    case pilot
    /// Before the measured iterations.
    case warmup
    /// Counts.
    case measured
    /// A fresh run of a row that looked like a regression.
    case confirmation
}

/// What became of a sample. Only `ok` and `invalid` carry a value.
public enum Outcome: String, Sendable, Codable, CaseIterable {
    /// Measured.
    case ok
    /// The command failed or its output could not be read; the reason says why.
    case failed
    /// The time limit passed.
    case timeout
    /// Measured, but a guard found that it cannot be believed.
    case invalid
    /// The environment could not be used.
    case unavailable
    /// What was asked for could not be given.
    case refused
    /// The run was interrupted in it.
    case interrupted
}

/// One row of samples.csv.
public struct Sample: Sendable, Equatable {
    /// The run.
    public var run: RunID
    /// Which invocation of the run, from 1; `resume` begins a new one.
    public var session: Int
    /// Round, from 1; 0 in a pilot.
    public var round: Int
    /// Place of the environment in its block, from 0.
    public var slot: Int
    /// Nth cell of a shared instance, from 0.
    public var position: Int
    /// Names the cell, unique in the run; the key into telemetry.csv.
    public var cell: String
    /// Names the instance.
    public var instance: String
    /// Environment.
    public var environment: String
    /// `candidate` or `baseline` in an A/B run, else empty.
    public var arm: String
    /// Workload.
    public var workload: String
    /// The case's label; empty without parameters.
    public var caseLabel: String
    /// Iteration in the launch, from 1.
    public var iteration: Int
    /// Stage.
    public var stage: Stage
    /// How often this cell had been tried when the row was written, from 1.
    public var attempt: Int
    /// Metric.
    public var metric: String
    /// Unit of the value.
    public var unit: String
    /// Which way is better.
    public var better: Better
    /// The value; nil unless the outcome is `ok` or `invalid`.
    public var value: Double?
    /// How many requests are behind a quantile; nil for other figures.
    public var count: Int?
    /// Outcome.
    public var outcome: Outcome
    /// Why it is not `ok`; empty otherwise.
    public var reason: String
    /// CLOCK_MONOTONIC_RAW of the host when the execution was asked for, in nanoseconds.
    public var startedAt: UInt64
    /// How long the execution took on the host's clock, in nanoseconds.
    public var duration: UInt64
    /// Flags of the cell, sorted.
    public var flags: [String]

    /// Creates a sample.
    public init(
        run: RunID,
        session: Int,
        round: Int,
        slot: Int,
        position: Int,
        cell: String,
        instance: String,
        environment: String,
        arm: String = "",
        workload: String,
        caseLabel: String,
        iteration: Int,
        stage: Stage,
        attempt: Int,
        metric: String,
        unit: String,
        better: Better,
        value: Double?,
        count: Int? = nil,
        outcome: Outcome,
        reason: String = "",
        startedAt: UInt64,
        duration: UInt64,
        flags: [String] = []
    ) {
        self.run = run
        self.session = session
        self.round = round
        self.slot = slot
        self.position = position
        self.cell = cell
        self.instance = instance
        self.environment = environment
        self.arm = arm
        self.workload = workload
        self.caseLabel = caseLabel
        self.iteration = iteration
        self.stage = stage
        self.attempt = attempt
        self.metric = metric
        self.unit = unit
        self.better = better
        self.value = value
        self.count = count
        self.outcome = outcome
        self.reason = reason
        self.startedAt = startedAt
        self.duration = duration
        self.flags = flags
    }
}
