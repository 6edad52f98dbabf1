public import Analysis
import Results
import Statistics

/// A gate's answer as JUnit XML, for the test view of CI systems: a suite for each environment, a test for each row.
/// A regression is a failure; a row without an answer is a skipped test, so that it does not look like a pass.
///
/// Elements and attributes are those that Jenkins knows (xunit-plugin, `junit-10.xsd`). Times are optional there and
/// absent here: a gate does not know how long a row was measured.
public struct GateJUnit: Sendable {
    /// The answer.
    public var report: GateReport

    /// Creates the document.
    public init(report: GateReport) {
        self.report = report
    }

    /// The whole document, with a line break at the end.
    public func render() -> String {
        let lines =
            ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites name=\"benchrun\"\(counts(report.rows))>"]
            + suites.flatMap(suite) + ["</testsuites>"]
        return lines.map { $0 + "\n" }.joined()
    }

    /// The environments in the plan's order; without rows one suite without tests, which has the warnings.
    private var suites: [(name: String, rows: [GateReport.Row])] {
        var order: [String] = []
        for row in report.rows where !order.contains(row.row.environment) { order.append(row.row.environment) }
        if order.isEmpty { return [("benchrun", [])] }
        return order.map { name in ("benchrun \(name)", report.rows.filter { $0.row.environment == name }) }
    }

    private func suite(name: String, rows: [GateReport.Row]) -> [String] {
        let skipped = rows.count { isSkipped($0) }
        let facts = [("mode", report.mode.rawValue), ("candidate", report.candidate), ("baseline", report.baseline)]
        let output = report.visible + GateWords.differences(report) + report.warnings
        return ["  <testsuite name=\"\(Self.text(name))\"\(counts(rows)) skipped=\"\(skipped)\">", "    <properties>"]
            + facts.map { "      <property name=\"\($0.0)\" value=\"\(Self.text($0.1))\"/>" }
            + ["    </properties>"] + rows.flatMap(test)
            + (output.isEmpty ? [] : ["    <system-out>\(Self.lines(output))</system-out>"]) + ["  </testsuite>"]
    }

    private func test(_ row: GateReport.Row) -> [String] {
        let compared = row.row
        let open =
            "    <testcase classname=\"\(Self.text(compared.environment))\" name=\"\(Self.text(compared.label))\""
        let message = GateWords.sentence(compared) + (row.reason.isEmpty ? "" : ": \(row.reason)")
        let attributes = "message=\"\(Self.text(message))\" type=\"\(row.status.rawValue)\""
        if row.status == .regression {
            let details = Self.lines(GateWords.details(row, in: report))
            return ["\(open)>", "      <failure \(attributes)>\(details)</failure>", "    </testcase>"]
        }
        return isSkipped(row) ? ["\(open)>", "      <skipped \(attributes)/>", "    </testcase>"] : ["\(open)/>"]
    }

    /// What every suite and the whole have; `errors` are tests that broke, and a gate that breaks has no report.
    private func counts(_ rows: [GateReport.Row]) -> String {
        " tests=\"\(rows.count)\" failures=\"\(rows.count { $0.status == .regression })\" errors=\"0\""
    }

    private func isSkipped(_ row: GateReport.Row) -> Bool { row.status == .suspect || row.status == .inconclusive }

    private static func lines(_ lines: [String]) -> String { lines.map(text).joined(separator: "\n") }

    /// The five entities of HTML are XML's too, and what XML 1.0 cannot hold is not printable.
    private static func text(_ text: String) -> String { HTMLText.escape(text) }
}
