import Analysis
import BenchrunModel
import Glibc
import Results
import Statistics

/// Answers of a gate for the formats in which it is exported.
enum GateExamples: String, CaseIterable {
    /// A row of each status in two environments, with plain names.
    case everyStatus
    /// The same with names that would end a string, a line or a document.
    case hostile
    /// Rows that lack medians, overheads, changes and intervals.
    case bare
    /// No row.
    case empty

    static let hostileName =
        "a'b\"c\\d|e<f>&amp;::g%h,i={j} # \nk\rl\tm\u{0}\u{1B}[31mn\u{202E}o\u{85}\u{2028}é漢:\u{301}\"\u{301}]]>--\\\\n\\\"z"

    var report: GateReport {
        let text = self == .hostile ? Self.hostileName : "plain"
        var report = GateReport(mode: .files, candidate: text, baseline: text, rows: rows(text))
        report.differences = [RunDifference(fact: text, baseline: text, candidate: text)]
        report.visible = [text]
        report.warnings = [text]
        return report
    }

    private func rows(_ text: String) -> [GateReport.Row] {
        switch self {
        case .empty: []
        case .bare:
            [row(.inconclusive, "none", in: "docker"), row(.inconclusive, "point", in: "docker", overhead: [1.2])]
        case .everyStatus, .hostile:
            ["docker", "podman"].flatMap { environment in
                GateStatus.allCases.map { status in
                    row(status, "\(status) \(text)", in: "\(environment) \(text)", overhead: [1.2, 1.1, 1.5], text)
                }
            }
        }
    }

    /// A row whose overhead has the ratios of `overhead`: an estimate and an interval, an estimate, or nothing.
    private func row(
        _ status: GateStatus,
        _ workload: String,
        in environment: String,
        overhead: [Double] = [],
        _ text: String = ""
    ) -> GateReport.Row {
        let metric = MetricRecord(name: "metric \(text)", unit: text, better: .lower, delta: 0.05)
        let estimate = overhead.first.map { ratio in
            LogEstimate(
                Estimate(
                    value: log(ratio),
                    lower: overhead.count > 1 ? log(overhead[1]) : nil,
                    upper: overhead.count > 2 ? log(overhead[2]) : nil,
                    rank: 1,
                    achievedConfidence: nil,
                    count: 6
                )
            )
        }
        let compared = ComparedRow(
            workload: workload,
            caseLabel: text,
            environment: environment,
            metric: metric,
            baseline: .init(median: estimate.map { _ in 2 }, overhead: estimate, launches: 6),
            candidate: .init(median: estimate.map { _ in 3 }, overhead: estimate, launches: 6),
            overheadChange: estimate,
            valueChange: nil
        )
        return GateReport.Row(row: compared, status: status, p: 0.001, adjustedP: 0.01, reason: text)
    }
}
