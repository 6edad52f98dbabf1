public import Analysis
import Results
import Statistics

/// A gate's answer as OpenMetrics text (https://openmetrics.io, version 1.0.0), for Prometheus and what reads its
/// files: ratios as gauges, the statuses as a state set. What is missing or not finite has no sample.
public struct GateOpenMetrics: Sendable {
    /// The answer.
    public var report: GateReport

    /// Creates the exposition.
    public init(report: GateReport) {
        self.report = report
    }

    /// The whole exposition, ended by `# EOF`.
    public func render() -> String {
        let series = series
        var lines: [String] = []
        for gauge in Self.gauges {
            let samples = series.compactMap { labels, row in
                GateWords.ratio(gauge.logRatio(row.row)).map { "\(gauge.name){\(labels)} \($0)" }
            }
            guard !samples.isEmpty else { continue }
            lines += [
                "# TYPE \(gauge.name) gauge", "# UNIT \(gauge.name) ratio", "# HELP \(gauge.name) \(gauge.about)",
            ]
            lines += samples
        }
        let status = "benchrun_gate_status"
        if !series.isEmpty {
            lines += ["# TYPE \(status) stateset", "# HELP \(status) What the regression gate says about the row."]
        }
        for (labels, row) in series {
            lines += GateStatus.allCases.map {
                "\(status){\(labels),\(status)=\"\($0.rawValue)\"} \($0 == row.status ? 1 : 0)"
            }
        }
        return (lines + ["# EOF"]).map { $0 + "\n" }.joined()
    }

    private struct Gauge {
        var name: String
        var about: String
        var logRatio: @Sendable (ComparedRow) -> Double?
    }

    /// An estimate and its bounds. A unit has to be the end of a name, so `lower` and `upper` stand before it.
    private static func gauges(
        _ name: String,
        _ about: String,
        _ estimate: @escaping @Sendable (ComparedRow) -> LogEstimate?
    ) -> [Gauge] {
        [
            Gauge(name: "\(name)_ratio", about: "\(about).") { estimate($0)?.value },
            Gauge(name: "\(name)_lower_ratio", about: "\(about): lower end of the interval.") { estimate($0)?.lower },
            Gauge(name: "\(name)_upper_ratio", about: "\(about): upper end of the interval.") { estimate($0)?.upper },
        ]
    }

    private static let gauges =
        gauges(
            "benchrun_overhead",
            "Cost in the environment by that on native, in the candidate",
            { $0.candidate.overhead }
        )
        + gauges("benchrun_overhead_change", "Overhead of the candidate by that of the baseline", { $0.overheadChange })
        + gauges("benchrun_value_change", "Cost of the candidate by that of the baseline", { $0.valueChange })

    /// Each row with its labels. Two samples of the same labels would make the whole exposition invalid: of rows that
    /// cannot be told apart the first stands.
    private var series: [(labels: String, row: GateReport.Row)] {
        var seen: Set<String> = []
        return report.rows.compactMap { row in
            let labels = [
                ("workload", row.row.workload), ("case", row.row.caseLabel), ("environment", row.row.environment),
                ("metric", row.row.metric.name),
            ].map { "\($0.0)=\"\(Self.labelValue($0.1))\"" }.joined(separator: ",")
            return seen.insert(labels).inserted ? (labels, row) : nil
        }
    }

    /// A label's value: line breaks, quotation marks and backslashes escaped, other control characters replaced.
    static func labelValue(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\n": "\\n"
            case "\"": "\\\""
            case "\\": "\\\\"
            default: Printable.line(String(scalar))
            }
        }.joined()
    }
}
