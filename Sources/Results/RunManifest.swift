public import BenchrunModel

/// `run.json`: all that a report needs besides the samples. Written before the first cell and after every session.
public struct RunManifest: Sendable, Codable, Equatable {
    /// Version of this file's form and of samples.csv.
    public static let currentSchema = 1

    /// Version of this file's form.
    public var schema: Int
    /// The run.
    public var run: RunID
    /// benchrun's version.
    public var benchrunVersion: String
    /// The suite's name, or `custom`.
    public var suite: String
    /// Seed of the schedule.
    public var seed: UInt64
    /// Rounds planned; where their number is adaptive, the most there can be.
    public var rounds: Int
    /// Wall time after which no further round begins, in seconds; nil is unlimited.
    public var budget: Double?
    /// How the number of rounds is decided, and why each pair stopped; nil in runs of versions that did not record it.
    public var schedule: ScheduleRecord?
    /// Workloads in the order of the plan.
    public var workloads: [WorkloadRecord]
    /// Environments in the order of the plan, native first; also those that were unavailable.
    public var environments: [EnvironmentRecord]
    /// Digest of the image's root file system.
    public var imageDigest: String
    /// Name of the image's recipe, and package names and versions in it.
    public var image: ImageRecord
    /// Limits of every instance.
    public var limits: Limits
    /// Bytes of the file system under /scratch, where it has one of its own; nil where the run does not say.
    public var scratchSize: Int?
    /// What A/A runs on this host had shown about these workloads when the run was planned; nil without calibration.
    public var calibration: [Calibration.Entry]?
    /// Facts about the host, by ``FactKey`` where it has the name.
    public var host: [String: String]
    /// Invocations of benchrun that worked on this run.
    public var sessions: [SessionRecord]
    /// What the user should know about this run, one sentence each.
    public var warnings: [String]
    /// Conditions that the plan does not say; nil in runs of earlier versions.
    public var conditions: RunConditions?
    /// What candidate and baseline are; nil unless the run measured an A/B.
    public var arms: ArmsRecord?
    /// Where the values come from; nil where benchrun measured them.
    public var origin: RunOrigin?
    /// Environments of which each takes something away from the one before it; nil where the suite has no such order.
    public var ladder: [String]?

    /// Creates a manifest.
    public init(
        run: RunID,
        benchrunVersion: String,
        suite: String,
        seed: UInt64,
        rounds: Int,
        budget: Double?,
        workloads: [WorkloadRecord],
        environments: [EnvironmentRecord],
        imageDigest: String,
        image: ImageRecord,
        limits: Limits,
        scratchSize: Int? = nil,
        host: [String: String],
        sessions: [SessionRecord] = [],
        warnings: [String] = [],
        conditions: RunConditions? = nil
    ) {
        self.schema = Self.currentSchema
        self.run = run
        self.benchrunVersion = benchrunVersion
        self.suite = suite
        self.seed = seed
        self.rounds = rounds
        self.budget = budget
        self.workloads = workloads
        self.environments = environments
        self.imageDigest = imageDigest
        self.image = image
        self.limits = limits
        self.scratchSize = scratchSize
        self.host = host
        self.sessions = sessions
        self.warnings = warnings
        self.conditions = conditions
    }
}

/// A workload as it was when the run was planned.
public struct WorkloadRecord: Sendable, Codable, Equatable {
    /// Its name.
    public var name: String
    /// One line for people.
    public var title: String
    /// Its class.
    public var workloadClass: Workload.Class
    /// Program and arguments; empty for a lifecycle.
    public var command: [String]
    /// Labels of its cases; one empty label without parameters.
    public var cases: [String]
    /// Its metrics, the primary one first.
    public var metrics: [MetricRecord]
    /// SHA-256 of its file, or empty for a command given on the command line.
    public var digest: String
    /// How requests come whose latencies it measures; nil where it measures none.
    public var load: Load?
    /// What the host's CPU time is given per, in the singular; nil where its executions do not tell.
    public var workUnit: String?
    /// What a container engine does with an image; nil for other workloads. Native has no engine.
    public var operation: EngineOperation?

    /// Creates a record.
    public init(
        name: String,
        title: String,
        workloadClass: Workload.Class,
        command: [String],
        cases: [String],
        metrics: [MetricRecord],
        digest: String
    ) {
        self.name = name
        self.title = title
        self.workloadClass = workloadClass
        self.command = command
        self.cases = cases
        self.metrics = metrics
        self.digest = digest
    }
}

/// A metric as it was when the run was planned.
public struct MetricRecord: Sendable, Codable, Equatable {
    /// Its name.
    public var name: String
    /// Unit.
    public var unit: String
    /// Which way is better.
    public var better: Better
    /// The smallest change that matters, as a fraction.
    public var delta: Double
    /// Which quantile of latencies it is, as a fraction; nil for other figures.
    public var quantile: Double?
    /// What a value of a derived metric is per, in the singular: `event`; nil for other figures.
    public var per: String?

    /// Creates a record.
    public init(name: String, unit: String, better: Better, delta: Double) {
        self.name = name
        self.unit = unit
        self.better = better
        self.delta = delta
    }
}

/// An environment: what was asked, whether it could be used, and what its instances attested.
public struct EnvironmentRecord: Sendable, Codable, Equatable {
    /// As its file says.
    public var spec: EnvironmentSpec
    /// Why it could not be used, and the next step; nil where it could.
    public var unavailable: Unavailability?
    /// What the driver found out: `engine.version`, `runtime`, `accelerator`, `accelerator.reason`, ...
    public var driverFacts: [String: String]
    /// What the first instance attested from inside, by ``FactKey``.
    public var attested: [String: String]
    /// What the host enforced on it, read from outside, by ``FactKey``.
    public var enforced: [String: String]

    /// Why an environment could not be used.
    public struct Unavailability: Sendable, Codable, Equatable {
        /// The reason.
        public var reason: String
        /// What the user can do.
        public var nextStep: String

        /// Creates a reason.
        public init(reason: String, nextStep: String) {
            self.reason = reason
            self.nextStep = nextStep
        }
    }

    /// Creates a record.
    public init(
        spec: EnvironmentSpec,
        unavailable: Unavailability? = nil,
        driverFacts: [String: String] = [:],
        attested: [String: String] = [:],
        enforced: [String: String] = [:]
    ) {
        self.spec = spec
        self.unavailable = unavailable
        self.driverFacts = driverFacts
        self.attested = attested
        self.enforced = enforced
    }
}

/// The image's origin.
public struct ImageRecord: Sendable, Codable, Equatable {
    /// Name of the recipe.
    public var recipe: String
    /// Package names and versions.
    public var packages: [String: String]
    /// Where a user's image comes from; nil where it was built from packages.
    public var source: String?

    /// Creates a record.
    public init(recipe: String, packages: [String: String], source: String? = nil) {
        self.source = source
        self.recipe = recipe
        self.packages = packages
    }
}

/// One invocation of benchrun that worked on the run. One host-clock and wall-clock pair with the boot id anchors
/// every `start_ns` of the session in time.
public struct SessionRecord: Sendable, Codable, Equatable {
    /// How a session ended.
    public enum Ending: String, Sendable, Codable {
        /// All planned rounds are done.
        case completed
        /// The budget was spent.
        case budget
        /// A signal.
        case interrupted
        /// An error ended it; see the reason.
        case failed
    }

    /// From 1.
    public var number: Int
    /// Seconds since 1970 on the host's wall clock when the session began.
    public var wallClock: Double
    /// CLOCK_MONOTONIC_RAW of the host at the same moment, in nanoseconds.
    public var hostClock: UInt64
    /// Boot id of the host.
    public var bootID: String
    /// How it ended; nil while it goes on, or when it was killed.
    public var ending: Ending?
    /// Why, where it did not complete.
    public var reason: String
    /// How long it took, in seconds; nil while it goes on.
    public var seconds: Double?

    /// Creates a record.
    public init(
        number: Int,
        wallClock: Double,
        hostClock: UInt64,
        bootID: String,
        ending: Ending? = nil,
        reason: String = "",
        seconds: Double? = nil
    ) {
        self.number = number
        self.wallClock = wallClock
        self.hostClock = hostClock
        self.bootID = bootID
        self.ending = ending
        self.reason = reason
        self.seconds = seconds
    }
}
