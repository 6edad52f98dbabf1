/// Mode B of the gate: the rows of two result files judged together.
public struct FileGate: Sendable, Equatable {
    /// One row, a workload in an environment.
    public struct Row: Sendable, Equatable {
        /// Lower end of the interval of the change of overhead, widened for differences between runs; nil without one.
        public var lower: Double?
        /// Its upper end.
        public var upper: Double?
        /// One-sided p for "no change or faster"; nil counts as 1.
        public var pZero: Double?
        /// The smallest change that matters in this row, as a fraction.
        public var delta: Double

        /// Creates a row.
        public init(lower: Double?, upper: Double?, pZero: Double?, delta: Double) {
            self.lower = lower
            self.upper = upper
            self.pZero = pZero
            self.delta = delta
        }
    }

    /// Holm-adjusted p of each row, over all rows.
    public var adjusted: [Double]
    /// Status of each row.
    public var statuses: [GateStatus]
    /// 1 with a regression, else 3 with a suspect or inconclusive row, else 0.
    public var exitCode: Int32

    /// The level of Holm for runs with a fixed number of rounds.
    public static let fixedLevel = 0.025
    /// The level of Holm where a run stopped adaptively.
    public static let adaptiveLevel = 0.02

    /// Judges all rows of a file.
    ///
    /// - Parameter level: A regression needs an adjusted p of at most this; else it is a suspect.
    public static func judge(_ rows: [Row], level: Double = fixedLevel) -> FileGate {
        let adjusted = MultipleTests.holm(rows.map { $0.pZero ?? 1 })
        let statuses = zip(rows, adjusted).map { row, p in
            GateStatus.of(lower: row.lower, upper: row.upper, delta: row.delta, confirmed: p <= level)
        }
        return FileGate(adjusted: adjusted, statuses: statuses, exitCode: GateStatus.exitCode(statuses))
    }
}
