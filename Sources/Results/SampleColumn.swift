/// The columns of samples.csv, in the order in which they are written. They are found by name when read.
public enum SampleColumn: Int, Sendable, CaseIterable {
    /// The run's id.
    case run
    /// Invocation of the run, from 1.
    case session
    /// Round, from 1; 0 in a pilot.
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
    case caseLabel
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
    case startedAt
    /// Duration on the host's clock, in nanoseconds.
    case duration
    /// Flags of the cell, separated by `;`.
    case flags

    /// The header line without its line break.
    public static let header = allCases.map(\.name).joined(separator: ",")

    /// Its name in the header.
    public var name: String {
        switch self {
        case .caseLabel: "case"
        case .startedAt: "start_ns"
        case .duration: "duration_ns"
        default: "\(self)"
        }
    }

    /// The column of a name; nil for one that is not known.
    public init?(name: String) {
        guard let column = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = column
    }
}
