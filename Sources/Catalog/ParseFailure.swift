public import BenchrunModel

/// Why an execution has no values. It becomes a row with this reason and without a value, never a 0.
public struct ParseFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// `failed` or `timeout`.
    public var outcome: Outcome
    /// One line: what was expected, what was found.
    public var reason: String

    /// Creates a failure.
    public init(outcome: Outcome = .failed, reason: String) {
        self.outcome = outcome
        self.reason = reason
    }

    /// The reason.
    public var description: String { reason }
}
