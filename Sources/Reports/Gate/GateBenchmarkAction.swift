public import Analysis
import Results
import Statistics

/// The candidate's overheads as github-action-benchmark reads them with `tool: customSmallerIsBetter`
/// (https://github.com/benchmark-action/github-action-benchmark). Only rows with an overhead are in it, and so none of
/// native's.
public struct GateBenchmarkAction: Sendable {
    /// The answer.
    public var report: GateReport

    /// Creates the document.
    public init(report: GateReport) {
        self.report = report
    }

    /// The whole document, with a line break at the end.
    public func render() -> String {
        OrderedJSON.list(report.rows.compactMap(entry)).render()
    }

    private func entry(_ row: GateReport.Row) -> OrderedJSON? {
        let compared = row.row
        guard let overhead = compared.candidate.overhead,
            let ratio = GateWords.ratio(overhead.value), let value = OrderedJSON.Finite(ratio)
        else { return nil }
        var members: [(name: String, value: OrderedJSON)] = [
            ("name", .text(GateWords.benchmark(compared))), ("unit", .text("x native")), ("value", .number(value)),
        ]
        if let lower = GateWords.ratio(overhead.lower), let upper = GateWords.ratio(overhead.upper) {
            // The format has one number for both sides: the longer one, so that it covers the interval.
            members.append(("range", .text("± \(max(ratio - lower, upper - ratio))")))
        }
        members.append(("extra", .text(extra(row))))
        return .object(members)
    }

    /// What the tool shows beside the point.
    private func extra(_ row: GateReport.Row) -> String {
        let compared = row.row
        let overhead = GateWords.interval(compared.candidate.overhead).map { "overhead 95 % interval: \($0)" }
        let value = GateWords.value(compared.candidate, of: compared).map { "\(compared.metric.name): \($0)" }
        return [overhead, value, "gate: \(row.status.rawValue), \(GateWords.sentence(compared))"].compactMap { $0 }
            .map { Printable.line($0) }.joined(separator: "\n")
    }
}
