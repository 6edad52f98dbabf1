public import BenchrunModel

/// How the number of rounds of a run is decided, and why each pair stopped: a part of `run.json`.
public struct ScheduleRecord: Sendable, Codable, Equatable {
    /// The rule.
    public var stopping: StoppingRule
    /// True where one instance of an environment serves all rounds of a session: results are conditional on instance.
    public var reusesInstances: Bool
    /// Every workload and case in every environment but native; empty until the first round begins.
    public var pairs: [PairRecord]
    /// What pilots found out, for workloads with `iterations: auto`.
    public var pilots: [PilotRecord]

    /// Creates a record.
    public init(
        stopping: StoppingRule,
        reusesInstances: Bool = false,
        pairs: [PairRecord] = [],
        pilots: [PilotRecord] = []
    ) {
        self.stopping = stopping
        self.reusesInstances = reusesInstances
        self.pairs = pairs
        self.pilots = pilots
    }
}

/// A workload and case in an environment, compared with native on the workload's primary metric.
public struct PairRecord: Sendable, Codable, Equatable {
    /// The workload.
    public var workload: String
    /// The case's label.
    public var caseLabel: String
    /// The environment.
    public var environment: String
    /// Half-width wanted, on the log scale.
    public var target: Double
    /// Half-width reached over all rounds, on the log scale, at the rule's alpha; nil without an interval.
    public var halfWidth: Double?
    /// Rounds that gave a ratio; also those after the pair was closed.
    public var rounds: Int
    /// The round after which it was closed; nil while it is open.
    public var closedAt: Int?
    /// Why it was closed; nil while it is open, or when the run was killed.
    public var reason: StopReason?

    /// Creates a record.
    public init(
        workload: String,
        caseLabel: String,
        environment: String,
        target: Double,
        halfWidth: Double? = nil,
        rounds: Int = 0,
        closedAt: Int? = nil,
        reason: StopReason? = nil
    ) {
        self.workload = workload
        self.caseLabel = caseLabel
        self.environment = environment
        self.target = target
        self.halfWidth = halfWidth
        self.rounds = rounds
        self.closedAt = closedAt
        self.reason = reason
    }
}

/// How many iterations a launch of a workload has, and the pilot behind it.
public struct PilotRecord: Sendable, Codable, Equatable {
    /// The workload.
    public var workload: String
    /// The case's label.
    public var caseLabel: String
    /// Iterations of every launch that counts, in every environment.
    public var iterations: Int
    /// The most the workload's file allows.
    public var maximum: Int
    /// Launches that the pilot could use, over all environments.
    public var launches: Int
    /// T1, mean over the environments: relative variance of an iteration inside its launch; nil without a pilot.
    public var iterationVariance: Double?
    /// T2, mean over the environments: relative variance of a launch; may come out negative.
    public var launchVariance: Double?
    /// Seconds that a launch takes besides its iterations, its share of what a round shares, over all environments.
    public var launchSeconds: Double?
    /// Seconds of one iteration, over all environments.
    public var iterationSeconds: Double?

    /// Creates a record.
    public init(
        workload: String,
        caseLabel: String,
        iterations: Int,
        maximum: Int,
        launches: Int,
        iterationVariance: Double? = nil,
        launchVariance: Double? = nil,
        launchSeconds: Double? = nil,
        iterationSeconds: Double? = nil
    ) {
        self.workload = workload
        self.caseLabel = caseLabel
        self.iterations = iterations
        self.maximum = maximum
        self.launches = launches
        self.iterationVariance = iterationVariance
        self.launchVariance = launchVariance
        self.launchSeconds = launchSeconds
        self.iterationSeconds = iterationSeconds
    }
}
