import Analysis
import BenchrunModel
import Results

/// What report.md and report.html say, as texts that only need escaping. Templates find the members by name.
struct ReportModel {
    var run: String
    var subtitle: String
    var headlines: [Headline]
    var groups: [Group]
    var suite: [Row]
    var suiteTitle: String
    var pictures: [Picture]
    var hasStartup: Bool
    var startupColumns: [String]
    var startup: [Table.Row]
    var startupNote: [String]
    var timelines: [TimelineView] = []
    var absolutes: Table
    var hostCost: Table
    var ladder: LadderTable
    var ladderMissing: [String]
    var ladderPicture: [Picture]
    var environments: [Environment]
    var attestation: AttestationTable
    var guards: [GuardLine]
    var differences: [String]
    var declaredDifferences: [String]
    var hasDeclaredDifferences: Bool
    var failures: [Failure]
    var warnings: [String]
    var noise: [String]
    var method: [String]
    var conditions: [Pair]
    var commands: [String]
    var hasGuards: Bool
    /// Whether no value belongs to a round.
    var isUnpaired: Bool
    /// What a row's figure is made of: `rounds` or `values`.
    var counted: String
    /// What the table of facts shows, in short and in a sentence.
    var attestationTitle: String
    var attestationNote: String
    var hasDifferences: Bool
    var hasFailures: Bool
    var hasWarnings: Bool
    /// Whether ``Row/stopped`` says anything.
    var hasStops: Bool
    var overheadPicture: [Picture]
    var startupPicture: [Picture]
    var samplesPicture: [Picture]

    /// A workload with the rows of its environments.
    struct Group {
        var name: String
        var title: String
        var native: String
        var rows: [Row]
        /// For `rowspan`.
        var count: Int
    }

    /// One environment's overhead.
    struct Row {
        /// True for the first row of its group.
        var isFirst: Bool
        /// The group's name, native value and title where ``isFirst``.
        var group: String
        var native: String
        var span: Int
        var environment: String
        var overhead: String
        var interval: String
        var verdict: String
        /// CSS class of the verdict.
        var tone: String
        var rounds: String
        var needed: String
        /// Why no further round was asked for.
        var stopped: String
        /// Flags of the series and the companion estimate.
        var notes: [String] = []
    }

    /// From the request to the first answer of a service.
    struct TimelineView {
        var label: String
        var title: String
        var columns: [String]
        var rows: [Table.Row]
        var missing: [String]
        /// One, or none where no environment got to an answer.
        var picture: [Picture]
    }

    struct Picture {
        var name: String
        var description: String
        var file: String
        var script: String
        /// Inline SVG, which is markup and not escaped.
        var markup: String
        /// False where there is no picture, because gnuplot was missing.
        var exists: Bool
    }

    struct Table {
        var columns: [String]
        var rows: [Row]
        var isEmpty: Bool

        init(columns: [String], rows: [Row]) {
            self.columns = columns
            self.rows = rows
            isEmpty = rows.isEmpty
        }

        struct Row {
            var name: String
            var note: String
            var cells: [String]
        }
    }

    struct Environment {
        var name: String
        var title: String
        var driver: String
        var status: String
        var isAvailable: Bool
        var options: String
        var launches: String
        var failures: String
    }

    /// A guard, how it stands, and what proves it.
    struct GuardLine {
        var number: String
        var title: String
        var state: String
        /// CSS class of the state.
        var tone: String
        var proof: String
    }

    struct Failure {
        var environment: String
        var workload: String
        var outcome: String
        var count: String
        var rounds: String
        var lost: String
        var reason: String
    }

    struct Pair {
        var name: String
        var value: String
    }
}
