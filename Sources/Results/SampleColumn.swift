/// The columns of samples.csv, in the order in which they are written. They are found by name when read.
public enum SampleColumn: String, Sendable, CaseIterable {
    /// The run's id.
    case run
    /// Invocation of the run, from 1.
    case session
    /// Round, from 1.
    case round
    /// Place of the environment in its block.
    case slot
    /// Nth cell of a shared instance.
    case position
    /// Key of the cell.
    case cell
    /// Name of the instance.
    case instance
    /// Environment.
    case environment
    /// `candidate` or `baseline`, or empty.
    case arm
    /// Workload.
    case workload
    /// Label of the case.
    case caseLabel = "case"
    /// Iteration in the launch.
    case iteration
    /// Stage.
    case stage
    /// Attempt at the cell.
    case attempt
    /// Metric.
    case metric
    /// Unit of the value.
    case unit
    /// Which way is better.
    case better
    /// The value, empty where there is none.
    case value
    /// Requests behind a quantile, or empty.
    case count
    /// Outcome.
    case outcome
    /// Why it is not `ok`.
    case reason
    /// Host clock at the beginning, in nanoseconds.
    case startedAt = "start_ns"
    /// Duration on the host's clock, in nanoseconds.
    case duration = "duration_ns"
    /// Flags of the cell, separated by `;`.
    case flags

    /// The header line without its line break.
    public static let header = allCases.map(\.rawValue).joined(separator: ",")

    /// Place in ``allCases``.
    var index: Int { Self.indices[self] ?? 0 }

    private static let indices = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) }
    )
}
