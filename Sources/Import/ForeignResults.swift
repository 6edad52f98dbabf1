public import BenchrunModel

/// What a file of another tool says, whatever its format.
public struct ForeignResults: Sendable, Equatable {
    /// The file, as the user named it.
    public var file: String
    /// The tool, with its version where the file has it: `fio 3.33`.
    public var tool: String
    /// Series of values, in the order of the file.
    public var measurements: [ForeignMeasurement]
    /// What the file says about the machines, by environment and then by fact; `nil` in a measurement is "" here.
    public var facts: [String: [String: String]]
    /// Whether the first metric of a workload is the one to go by. Where it is not, each metric counts.
    public var hasPrimaryMetric: Bool
    /// What was left out and why, and what the reader of a report should know; one sentence each, without directories,
    /// since a run keeps them.
    public var notes: [String]

    /// Creates results.
    public init(
        file: String,
        tool: String,
        measurements: [ForeignMeasurement],
        facts: [String: [String: String]] = [:],
        hasPrimaryMetric: Bool,
        notes: [String] = []
    ) {
        self.file = file
        self.tool = tool
        self.measurements = measurements
        self.facts = facts
        self.hasPrimaryMetric = hasPrimaryMetric
        self.notes = notes
    }
}

/// One series: the values of a metric of a workload in an environment.
public struct ForeignMeasurement: Sendable, Equatable {
    /// The environment, where the file names it.
    public var environment: String?
    /// The workload.
    public var workload: String
    /// One line for people; may be empty.
    public var title: String
    /// The case's label; empty without parameters.
    public var caseLabel: String
    /// The metric.
    public var metric: String
    /// Unit of the values.
    public var unit: String
    /// Which way is better; `none` where the file does not say and the unit does not tell.
    public var better: Better
    /// Values in the order of the file.
    public var values: [ForeignValue]

    /// Creates a series.
    public init(
        environment: String? = nil,
        workload: String,
        title: String = "",
        caseLabel: String = "",
        metric: String,
        unit: String,
        better: Better,
        values: [ForeignValue] = []
    ) {
        self.environment = environment
        self.workload = workload
        self.title = title
        self.caseLabel = caseLabel
        self.metric = metric
        self.unit = unit
        self.better = better
        self.values = values
    }
}

/// One value, or why there is none.
public struct ForeignValue: Sendable, Equatable {
    /// The value; nil where the execution failed.
    public var value: Double?
    /// Why there is no value; empty where there is one.
    public var failure: String
    /// The round it belongs to, from 1; nil where the file knows none.
    public var round: Int?
    /// The iteration in its round, from 1; nil where the file knows none.
    public var iteration: Int?
    /// The line of the file.
    public var line: Int

    /// A value.
    public init(_ value: Double, round: Int? = nil, iteration: Int? = nil, line: Int) {
        self.value = value
        failure = ""
        self.round = round
        self.iteration = iteration
        self.line = line
    }

    /// An execution without a value.
    public init(failure: String, round: Int? = nil, iteration: Int? = nil, line: Int) {
        self.failure = failure
        self.round = round
        self.iteration = iteration
        self.line = line
    }
}
