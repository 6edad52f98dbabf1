public import BenchrunModel
public import Results

/// What a run says: derived from its manifest and samples alone, and the form of `--json`.
public struct RunAnalysis: Sendable, Codable, Equatable {
    /// The run.
    public var run: RunID
    /// The suite's name.
    public var suiteName: String
    /// Where the values come from; nil where benchrun measured them.
    public var origin: RunOrigin?
    /// Rounds planned; where their number is adaptive, the most there can be.
    public var plannedRounds: Int
    /// When a row has been measured enough.
    public var stopping: StoppingRule
    /// True where one instance of an environment served all rounds: every figure is conditional on instance.
    public var reusesInstances: Bool
    /// Rounds in which something was measured.
    public var measuredRounds: Int
    /// Every environment of the plan, native first.
    public var environments: [EnvironmentSummary]
    /// One entry for each workload, case, metric and environment of the plan, also where nothing was measured.
    public var results: [MetricResult]
    /// One figure for each environment but native, over the primary metrics.
    public var suite: [SuiteResult]
    /// What was asked of each environment, and what it got.
    public var attestation = Attestation()
    /// The guards of the method, a line each.
    public var guards: [MethodGuard] = []
    /// Phases from the request for an instance to its end.
    public var startup: [StartupResult]
    /// Phases from the request for an instance to the first answer of a service in it, for each such workload.
    public var timelines: [Timeline] = []
    /// What did not work, grouped by reason.
    public var failures: [FailureSummary]
    /// Facts in which environments differ from native.
    public var differences: [Difference]
    /// What the reader should know, one sentence each, with what to do about it.
    public var warnings: [String]
    /// How small a difference could have been seen; empty without calibration of this host.
    public var visible: [VisibleDifference] = []
    /// What each step of the suite's ladder takes away and costs; empty without one.
    public var ladders: [LadderResult] = []

    /// One minus the confidence of every interval of a run with a fixed number of rounds.
    public static let alpha = 0.05
    /// Half-width at which an interval counts as precise enough for a report, unless the environment's file says
    /// otherwise; on the log scale, about 2 %.
    public static let halfWidthTarget = 0.02

    /// The metric that is derived from telemetry: CPU time that the whole host spent on a unit of work, in seconds.
    public static let hostCost = "host-cpu"

    /// Analyses a run's folder. Blocks on its files; see ``FileQueue``.
    /// - Throws: ``ResultsError`` where a file is missing or cannot be read.
    public static func of(_ folder: RunFolder) throws(ResultsError) -> RunAnalysis {
        var telemetry: TelemetryTable?
        var problem: String?
        do {
            telemetry = folder.hasTelemetry ? try TelemetryTable(path: folder.telemetry) : nil
        } catch {
            // Samples are the record; without telemetry there is a report all the same.
            problem = "\(error); the report is made without it"
        }
        var intake = RunIntake(manifest: try folder.loadManifest(), telemetry: telemetry)
        intake.table.notes += [problem].compactMap { $0 }
        var reader = try SampleReader(path: folder.samples, tail: .skip)
        while let sample = try reader.next() { intake.add(sample) }
        if let line = reader.skippedLine {
            intake.table.notes.append(
                "samples.csv: line \(line) is cut off and was left out; 'benchrun resume' moves it aside and measures "
                    + "its cell again"
            )
        }
        return intake.analysis()
    }

    /// Analyses samples that are in memory already.
    /// - Parameter telemetry: Nil where none was recorded.
    public static func of(
        _ manifest: RunManifest,
        samples: [Sample],
        telemetry: [TelemetryRecord]? = nil
    ) -> RunAnalysis {
        let table = telemetry.map { records in records.reduce(into: TelemetryTable()) { $0.add($1) } }
        var intake = RunIntake(manifest: manifest, telemetry: table)
        for sample in samples { intake.add(sample) }
        return intake.analysis()
    }

    /// Whether the values belong to no rounds, so that environments are compared as independent samples.
    public var isUnpaired: Bool { origin.map { !$0.isPaired } ?? false }

    /// Results of primary metrics.
    public var primary: [MetricResult] { results.filter(\.isPrimary) }
}

/// An environment of the plan, and whether it could be used.
public struct EnvironmentSummary: Sendable, Codable, Equatable {
    /// Its name.
    public var name: String
    /// One line for people.
    public var title: String
    /// Its driver.
    public var driver: String
    /// Why it could not be used; nil where it could.
    public var unavailable: EnvironmentRecord.Unavailability?
    /// Launches with a measured value of their primary metric.
    public var launches: Int
    /// Executions that failed, timed out, were refused or interrupted, or found their environment lost.
    public var failures: Int

    /// Creates a summary.
    public init(
        name: String,
        title: String,
        driver: String,
        unavailable: EnvironmentRecord.Unavailability?,
        launches: Int,
        failures: Int
    ) {
        self.name = name
        self.title = title
        self.driver = driver
        self.unavailable = unavailable
        self.launches = launches
        self.failures = failures
    }

    /// Whether it is what the others are compared with.
    public var isNative: Bool { name == EnvironmentSpec.nativeName }
}

/// The launches of one workload, case and metric in one environment, and how they compare with native.
public struct MetricResult: Sendable, Codable, Equatable {
    /// The workload.
    public var workload: String
    /// Its title.
    public var title: String
    /// Its class.
    public var workloadClass: Workload.Class
    /// The case's label; empty without parameters.
    public var caseLabel: String
    /// Metric, unit, direction and the smallest change that matters.
    public var metric: MetricRecord
    /// Whether this is the workload's first metric.
    public var isPrimary: Bool
    /// The environment.
    public var environment: String
    /// One value a round: the mean of a launch's measured iterations.
    public var launches: [Launch]
    /// Median of the launches, in the metric's unit; nil without any.
    public var median: Double?
    /// Standard deviation of the launches over their mean, as a fraction; nil under two.
    public var variation: Double?
    /// Against native; nil for native itself and for metrics of which neither way is better.
    public var comparison: Comparison?
    /// Why there is no value; nil where there is one.
    public var absence: String?
    /// Flags of the series, with their explanation; looked for in primary metrics.
    public var notes: [SeriesNote] = []
    /// Flags of launches that count all the same; of primary metrics.
    public var cellNotes: [CellNote] = []
    /// Whether it is an operation of a container engine, which native does not have.
    public var isOperation = false

    /// Creates a result.
    public init(
        workload: String,
        title: String,
        workloadClass: Workload.Class,
        caseLabel: String,
        metric: MetricRecord,
        isPrimary: Bool,
        environment: String,
        launches: [Launch],
        median: Double?,
        variation: Double?,
        comparison: Comparison?,
        absence: String?
    ) {
        self.workload = workload
        self.title = title
        self.workloadClass = workloadClass
        self.caseLabel = caseLabel
        self.metric = metric
        self.isPrimary = isPrimary
        self.environment = environment
        self.launches = launches
        self.median = median
        self.variation = variation
        self.comparison = comparison
        self.absence = absence
    }

    /// Workload and case: `redis connections=10`.
    public var label: String { caseLabel.isEmpty ? workload : "\(workload) \(caseLabel)" }
}

/// The value of one launch.
public struct Launch: Sendable, Codable, Equatable {
    /// Its round.
    public var round: Int
    /// Its session.
    public var session: Int
    /// Mean of its measured iterations, in the metric's unit.
    public var value: Double

    /// Creates a launch's value.
    public init(round: Int, session: Int, value: Double) {
        self.round = round
        self.session = session
        self.value = value
    }
}

/// One figure over all workloads.
public struct SuiteResult: Sendable, Codable, Equatable {
    /// The environment.
    public var environment: String
    /// The workloads behind the figure.
    public var workloads: [String]
    /// Over the rounds in which each of them has a value; nil without any.
    public var estimate: LogEstimate?
    /// Why there is no figure; nil where there is one.
    public var absence: String?

    /// Creates a result.
    public init(environment: String, workloads: [String], estimate: LogEstimate?, absence: String?) {
        self.environment = environment
        self.workloads = workloads
        self.estimate = estimate
        self.absence = absence
    }
}

/// The phases of an instance's life in one environment.
public struct StartupResult: Sendable, Codable, Equatable {
    /// The workload that measured them.
    public var workload: String
    /// The case's label.
    public var caseLabel: String
    /// The environment.
    public var environment: String
    /// Medians in seconds by ``Phase``; absent where not measured.
    public var phases: [String: Double]
    /// Why there are none; nil where there are.
    public var absence: String?

    /// Creates a result.
    public init(
        workload: String,
        caseLabel: String,
        environment: String,
        phases: [String: Double],
        absence: String?
    ) {
        self.workload = workload
        self.caseLabel = caseLabel
        self.environment = environment
        self.phases = phases
        self.absence = absence
    }

    /// Median of one phase in seconds.
    public func seconds(_ phase: Phase) -> Double? { phases[phase.rawValue] }
}

/// Executions of one cell kind that ended the same way.
public struct FailureSummary: Sendable, Codable, Equatable {
    /// The environment.
    public var environment: String
    /// The workload.
    public var workload: String
    /// The case's label.
    public var caseLabel: String
    /// How they ended.
    public var outcome: Outcome
    /// Why.
    public var reason: String
    /// How many executions.
    public var count: Int
    /// The rounds they were in.
    public var rounds: [Int]
    /// Those of them that have no value of the primary metric, also not from a later attempt.
    public var lostRounds: [Int]

    /// Creates a summary.
    public init(
        environment: String,
        workload: String,
        caseLabel: String,
        outcome: Outcome,
        reason: String,
        count: Int,
        rounds: [Int],
        lostRounds: [Int]
    ) {
        self.environment = environment
        self.workload = workload
        self.caseLabel = caseLabel
        self.outcome = outcome
        self.reason = reason
        self.count = count
        self.rounds = rounds
        self.lostRounds = lostRounds
    }
}

/// A fact in which an environment differs from native.
public struct Difference: Sendable, Codable, Equatable {
    /// The fact's name, of ``FactKey``.
    public var fact: String
    /// The environments that differ in the same way.
    public var environments: [String]
    /// What they attested.
    public var value: String
    /// What native attested.
    public var native: String
    /// The workloads of this run whose figures it can explain.
    public var explains: [String]
    /// Whether the environments' files declare it.
    public var isDeclared: Bool
    /// All of this in one sentence.
    public var sentence: String

    /// Creates a difference.
    public init(
        fact: String,
        environments: [String],
        value: String,
        native: String,
        explains: [String],
        isDeclared: Bool = false,
        sentence: String
    ) {
        self.fact = fact
        self.environments = environments
        self.value = value
        self.native = native
        self.explains = explains
        self.isDeclared = isDeclared
        self.sentence = sentence
    }
}
