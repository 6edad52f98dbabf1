public import Results
public import Statistics

extension GateStatus: Codable {}

/// What a gate says about a candidate: the rows, what differs between the runs, and the exit status of the whole.
public struct GateReport: Sendable, Codable, Equatable {
    /// How it was judged (STATISTICS, section 3).
    public enum Mode: String, Sendable, Codable, CaseIterable {
        /// A: candidate and baseline interleaved in one run.
        case interleaved
        /// B: two result files.
        case files
        /// C: a new run against the runs before it.
        case history
    }

    /// One row and its judgement.
    public struct Row: Sendable, Codable, Equatable {
        /// The row.
        public var row: ComparedRow
        /// What the gate says.
        public var status: GateStatus
        /// One-sided p for "no change or faster"; nil where the mode has none.
        public var p: Double?
        /// The same, adjusted after Holm over all rows.
        public var adjustedP: Double?
        /// Why it says so, in one sentence.
        public var reason: String

        /// Creates a row.
        public init(row: ComparedRow, status: GateStatus, p: Double? = nil, adjustedP: Double? = nil, reason: String) {
            self.row = row
            self.status = status
            self.p = p
            self.adjustedP = adjustedP
            self.reason = reason
        }
    }

    /// How it was judged.
    public var mode: Mode
    /// The run that is judged.
    public var candidate: String
    /// What it is compared with, in words: `baseline main (run 20261126-...)`, `12 runs`.
    public var baseline: String
    /// Every judged row, in the order of the candidate's plan.
    public var rows: [Row]
    /// Facts that differ between the runs.
    public var differences: [RunDifference]
    /// What can be seen on this host, one sentence each; printed before the verdicts.
    public var visible: [String]
    /// What the reader should know, one sentence each.
    public var warnings: [String]

    /// Creates a report.
    public init(
        mode: Mode,
        candidate: String,
        baseline: String,
        rows: [Row],
        differences: [RunDifference] = [],
        visible: [String] = [],
        warnings: [String] = []
    ) {
        self.mode = mode
        self.candidate = candidate
        self.baseline = baseline
        self.rows = rows
        self.differences = differences
        self.visible = visible
        self.warnings = warnings
    }

    /// 0 pass, 1 regression, 3 inconclusive or suspect.
    public var exitCode: Int32 { GateStatus.exitCode(rows.map(\.status)) }

    /// The whole in one word: a regression if any row is one, else inconclusive if any is suspect or inconclusive, else
    /// improved if any is, else pass.
    public var status: GateStatus {
        let statuses = rows.map(\.status)
        if statuses.contains(.regression) { return .regression }
        if statuses.contains(.suspect) || statuses.contains(.inconclusive) { return .inconclusive }
        return statuses.contains(.improved) ? .improved : .pass
    }

    /// How many rows have each status, the worst first; without those that no row has.
    public var counts: [(status: GateStatus, count: Int)] {
        GateStatus.allCases.compactMap { status in
            let count = rows.count { $0.status == status }
            return count > 0 ? (status, count) : nil
        }
    }
}
