import Analysis
import BenchrunModel
import Glibc
import Results
import Statistics

/// Gate reports with known figures.
enum GateExample {
    /// What no name should be able to do: end a string, a line, a cell, a command or a document, or command a terminal.
    static let hostile =
        "a'b\"c\\d|e<f>&amp;::g%h,i=j\nk\rl\tm\u{0}\u{1B}[31mn\u{202E}o\u{85}\u{2028}é漢:\u{301}\"\u{301}`id`$x{{y}}]]>--*_#@z"

    /// The ratios as they are, which are kept as logarithms.
    static func estimate(_ ratio: Double, _ lower: Double? = nil, _ upper: Double? = nil) -> LogEstimate {
        LogEstimate(
            Estimate(
                value: log(ratio),
                lower: lower.map { log($0) },
                upper: upper.map { log($0) },
                rank: lower == nil ? 0 : 1,
                achievedConfidence: lower.map { _ in 0.96 },
                count: 6
            )
        )
    }

    static let throughput = MetricRecord(name: "throughput", unit: "MiB/s", better: .higher, delta: 0.05)

    /// A row; by default one whose overhead grew from 12 to 20 %.
    static func row(
        _ status: GateStatus,
        _ workload: String = "fio",
        case caseLabel: String = "",
        in environment: String = "docker",
        metric: MetricRecord = throughput,
        medians: (Double?, Double?) = (100, 93),
        overheads: (LogEstimate?, LogEstimate?) = (estimate(1.12, 1.1, 1.14), estimate(1.2, 1.18, 1.23)),
        change: LogEstimate? = estimate(1.2 / 1.12, 1.05, 1.09),
        value: LogEstimate? = nil,
        reason: String = ""
    ) -> GateReport.Row {
        GateReport.Row(
            row: ComparedRow(
                workload: workload,
                caseLabel: caseLabel,
                environment: environment,
                metric: metric,
                baseline: .init(median: medians.0, overhead: overheads.0, launches: 6),
                candidate: .init(median: medians.1, overhead: overheads.1, launches: 6),
                overheadChange: change,
                valueChange: value
            ),
            status: status,
            p: status == .regression ? 0.0012 : nil,
            adjustedP: status == .regression ? 0.0048 : nil,
            reason: reason
        )
    }

    static func report(_ rows: [GateReport.Row], warnings: [String] = []) -> GateReport {
        GateReport(
            mode: .files,
            candidate: "20260102-030405-abcd",
            baseline: "baseline main (run 20251224-180000-beef)",
            rows: rows,
            warnings: warnings
        )
    }

    /// A row of each status, in two environments and natively.
    static var full: GateReport {
        var report = report([
            row(.regression, case: "size=4k", reason: "the interval lies above 5 %, and Holm's p is under 2.5 %"),
            row(.pass, case: "size=4k", in: "podman", change: estimate(1.01, 0.99, 1.02)),
            row(
                .suspect,
                "sysbench-cpu",
                metric: MetricRecord(name: "events", unit: "events/s", better: .higher, delta: 0.05),
                medians: (4458, 4100),
                change: estimate(1.08, 1.06, 1.11),
                reason: "above 5 %, but Holm's p is not under 2.5 %"
            ),
            row(
                .inconclusive,
                "sysbench-cpu",
                in: "podman",
                change: estimate(1.03),
                reason: "2 rounds are too few for an interval"
            ),
            row(
                .improved,
                "xz",
                metric: MetricRecord(name: "wall", unit: "s", better: .lower, delta: 0.05),
                medians: (3.587, 3.1),
                change: estimate(0.9, 0.88, 0.92),
                reason: "the whole interval lies below -5 %"
            ),
            row(
                .pass,
                "xz",
                in: "native",
                medians: (3.5, 3.51),
                overheads: (nil, nil),
                change: nil,
                value: estimate(1.003, 0.99, 1.01)
            ),
        ])
        report.differences = [RunDifference(fact: "kernel.release", baseline: "6.1.0-30", candidate: "6.1.0-31")]
        report.visible = ["fio size=4k: a difference under 2.1 % cannot be seen here in 6 rounds"]
        report.warnings = ["this host is not calibrated, so tau = 1 % is assumed"]
        return report
    }

    /// Every text from outside is hostile.
    static var hostileReport: GateReport {
        var metric = throughput
        metric.name = hostile
        metric.unit = hostile
        var report = GateReport(
            mode: .interleaved,
            candidate: hostile,
            baseline: hostile,
            rows: GateStatus.allCases.map {
                row($0, "\(hostile)\($0)", case: hostile, in: hostile, metric: metric, reason: hostile)
            }
        )
        report.differences = [RunDifference(fact: hostile, baseline: hostile, candidate: hostile)]
        report.visible = [hostile]
        report.warnings = [hostile]
        return report
    }

    /// Rows that lack all that can be missing, or have what is not a number.
    static var bare: GateReport {
        let infinite = estimate(.infinity, 0, .infinity)
        return report([
            row(.inconclusive, "none", medians: (nil, nil), overheads: (nil, nil), change: nil),
            row(.inconclusive, "point", medians: (nil, 93), overheads: (nil, estimate(1.2)), change: estimate(1.03)),
            row(
                .inconclusive,
                "infinite",
                medians: (.nan, .infinity),
                overheads: (infinite, infinite),
                change: infinite,
                value: estimate(.nan, .nan, .nan)
            ),
        ])
    }
}
