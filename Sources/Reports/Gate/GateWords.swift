import Analysis
import BenchrunModel
import Glibc
import Results
import Statistics

/// Words that all forms of a gate's answer use for the same thing, and the figures that they show.
///
/// A figure that is missing or not finite is nil here, and absent there.
enum GateWords {
    /// The order in which a reader wants to know.
    static let worstFirst: [GateStatus] = [.regression, .suspect, .inconclusive, .improved, .pass]

    /// Rows with one of these statuses, in the statuses' order and then in the plan's.
    static func rows(_ report: GateReport, _ statuses: [GateStatus]) -> [GateReport.Row] {
        statuses.flatMap { status in report.rows.filter { $0.status == status } }
    }

    /// The whole answer: `regression in 1 of 6 rows (1 regression, 2 suspect, 3 pass)`
    static func outcome(_ report: GateReport) -> String {
        let all = Wording.count(report.rows.count, "row")
        func some(_ statuses: GateStatus...) -> String { "\(rows(report, statuses).count) of \(all)" }
        if report.rows.isEmpty { return "no row was judged" }
        let words =
            switch report.status {
            case .regression: "regression in \(some(.regression))"
            case .suspect, .inconclusive: "inconclusive, no answer for \(some(.suspect, .inconclusive))"
            case .improved: "improved in \(some(.improved)), no regression"
            case .pass: "pass, no regression in \(all)"
            }
        let counts = worstFirst.map { ($0, rows(report, [$0]).count) }.filter { $0.1 > 0 }
        guard counts.count > 1 else { return words }
        return "\(words) (\(counts.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", ")))"
    }

    /// What was compared: `run x against baseline main (run y), two runs compared`
    static func comparison(_ report: GateReport) -> String {
        let how =
            switch report.mode {
            case .interleaved: "interleaved in one run"
            case .files: "two runs compared"
            case .history: "a new run against those before it"
            }
        return Printable.line("\(report.candidate) against \(report.baseline), \(how)")
    }

    /// Whether rows are among them that have no overhead and are judged by the value itself.
    static func hasNative(_ rows: [GateReport.Row]) -> Bool { rows.contains { isNative($0.row) } }

    /// How much what the row is judged by grew: `+7.1 %`
    static func change(_ row: ComparedRow) -> String? {
        finite(row.change).map { Format.overhead($0.value) }
    }

    /// The interval of it: `+5.0 to +9.2 %`
    static func interval(_ row: ComparedRow) -> String? { interval(row.change) }

    /// An interval with two finite ends.
    static func interval(_ estimate: LogEstimate?) -> String? {
        finite(estimate).flatMap(Format.interval)
    }

    /// In words: `overhead changed by +7.1 % (95 % interval +5.0 to +9.2 %)`, natively `cost changed by ...`
    static func sentence(_ row: ComparedRow) -> String {
        let subject = isNative(row) ? "cost" : "overhead"
        guard let change = change(row) else { return "no change of \(subject) is known" }
        return "\(subject) changed by \(change) (\(interval(row).map { "95 % interval \($0)" } ?? "no interval"))"
    }

    /// What one side reached, in a unit that fits.
    static func value(_ side: ComparedRow.Side, of row: ComparedRow) -> String? {
        guard let median = side.median, median.isFinite else { return nil }
        return Printable.line(Format.value(median, unit: row.metric.unit))
    }

    /// Everything known of a row, a line each, for where there is room.
    static func details(_ row: GateReport.Row, in report: GateReport) -> [String] {
        let compared = row.row
        let overheads = [compared.baseline, compared.candidate].map { finite($0.overhead) }
        func both(_ texts: [String?]) -> String? {
            guard texts.contains(where: { $0 != nil }) else { return nil }
            return "\(texts[0] ?? "none") before, \(texts[1] ?? "none") now"
        }
        let lines = [
            sentence(compared),
            both(overheads.map { $0.map { Format.overhead($0.value) } }).map { "overhead against native: \($0)" },
            both([value(compared.baseline, of: compared), value(compared.candidate, of: compared)]).map {
                "\(compared.metric.name): \($0)"
            },
            probability(row),
            "smallest change that matters: \(Format.share(compared.metric.delta))",
            row.reason.isEmpty ? nil : row.reason,
        ]
        let facts = differences(report)
        return (lines.compactMap { $0 } + (facts.isEmpty ? [] : ["what differs between the runs:"] + facts)).map {
            Printable.line($0)
        }
    }

    /// One sentence for each fact in which the runs differ.
    static func differences(_ report: GateReport) -> [String] {
        report.differences.map { "\($0.fact): \($0.baseline) before, \($0.candidate) now" }
    }

    /// A name of the row that no other row has: `docker/fio size=4k`
    static func benchmark(_ row: ComparedRow) -> String { "\(row.environment)/\(row.label)" }

    /// Where a log ratio leads; nil too where its ratio is beyond what a number can hold.
    static func ratio(_ logRatio: Double?) -> Double? {
        guard let logRatio, logRatio.isFinite else { return nil }
        let ratio = exp(logRatio)
        return ratio.isNormal ? ratio : nil
    }

    /// How a status is coloured.
    static func tone(_ status: GateStatus) -> TextTable.Tone {
        switch status {
        case .regression: .bad
        case .suspect, .inconclusive: .open
        case .improved, .pass: .good
        }
    }

    private static func isNative(_ row: ComparedRow) -> Bool { row.environment == EnvironmentSpec.nativeName }

    private static func probability(_ row: GateReport.Row) -> String? {
        guard let p = row.p, p.isFinite else { return nil }
        let adjusted = row.adjustedP.flatMap { $0.isFinite ? ", \(Format.number($0, digits: 2)) after Holm" : nil }
        return "p of no change or faster: \(Format.number(p, digits: 2))\(adjusted ?? "")"
    }

    private static func finite(_ estimate: LogEstimate?) -> LogEstimate? {
        guard var estimate, estimate.value.isFinite else { return nil }
        if estimate.lower?.isFinite != true { estimate.lower = nil }
        if estimate.upper?.isFinite != true { estimate.upper = nil }
        return estimate
    }
}
