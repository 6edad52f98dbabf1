import BenchrunModel
public import Results
public import Statistics

/// One row of two runs, or of two arms of one: a workload, in a case, in an environment, by its primary metric.
public struct ComparedRow: Sendable, Codable, Equatable {
    /// What one run says about the row.
    public struct Side: Sendable, Codable, Equatable {
        /// Median of the launches, in the metric's unit; nil without any.
        public var median: Double?
        /// The overhead against native of the same run; nil for native itself and without pairs.
        public var overhead: LogEstimate?
        /// Launches behind the median.
        public var launches: Int

        /// Creates a side.
        public init(median: Double?, overhead: LogEstimate? = nil, launches: Int) {
            self.median = median
            self.overhead = overhead
            self.launches = launches
        }
    }

    /// The workload.
    public var workload: String
    /// The case's label; empty without parameters.
    public var caseLabel: String
    /// The environment.
    public var environment: String
    /// Metric, unit, direction and the smallest change that matters.
    public var metric: MetricRecord
    /// What is compared with.
    public var baseline: Side
    /// What is judged.
    public var candidate: Side
    /// ln of how much the overhead grew; more than 0 is always worse. Widened where two runs are compared. Nil for native
    /// and where a side has no pairs.
    public var overheadChange: LogEstimate?
    /// ln of how much the value itself grew worse, likewise. Nil where a side has no launches.
    public var valueChange: LogEstimate?
    /// What the interval of the row's change says against the smallest change that matters.
    public var verdict: Verdict.Kind
    /// On which side of no change the interval lies.
    public var leaning: Verdict.Leaning

    /// Creates a row.
    public init(
        workload: String,
        caseLabel: String,
        environment: String,
        metric: MetricRecord,
        baseline: Side,
        candidate: Side,
        overheadChange: LogEstimate?,
        valueChange: LogEstimate?
    ) {
        self.workload = workload
        self.caseLabel = caseLabel
        self.environment = environment
        self.metric = metric
        self.baseline = baseline
        self.candidate = candidate
        self.overheadChange = overheadChange
        self.valueChange = valueChange
        let verdict = Verdict.of((overheadChange ?? valueChange)?.estimate, delta: metric.delta)
        self.verdict = verdict.kind
        leaning = verdict.leaning
    }

    /// Workload and case, as one name.
    public var label: String { caseLabel.isEmpty ? workload : "\(workload) \(caseLabel)" }

    /// What the row is judged by: the overhead; natively, and where there are no rounds, the value itself.
    public var change: LogEstimate? { overheadChange ?? valueChange }
}
