import Analysis
import BenchrunModel
import Foundation
import Results
import Statistics
import Testing

@testable import Reports

/// What stores of metrics read: OpenMetrics, Bencher's format and github-action-benchmark's.
extension GateExportTests {
    @Test("OpenMetrics: values, bounds and the status of a row")
    func openMetrics() {
        let row = GateExample.row(
            .suspect,
            case: "size=4k",
            overheads: (nil, GateExample.estimate(1, 1, 1)),
            change: GateExample.estimate(1)
        )
        let labels = #"workload="fio",case="size=4k",environment="docker",metric="throughput""#
        let text = GateOpenMetrics(report: GateExample.report([row])).render()
        #expect(
            text == """
                # TYPE benchrun_overhead_ratio gauge
                # UNIT benchrun_overhead_ratio ratio
                # HELP benchrun_overhead_ratio Cost in the environment by that on native, in the candidate.
                benchrun_overhead_ratio{\(labels)} 1.0
                # TYPE benchrun_overhead_lower_ratio gauge
                # UNIT benchrun_overhead_lower_ratio ratio
                # HELP benchrun_overhead_lower_ratio Cost in the environment by that on native, in the candidate: lower \
                end of the interval.
                benchrun_overhead_lower_ratio{\(labels)} 1.0
                # TYPE benchrun_overhead_upper_ratio gauge
                # UNIT benchrun_overhead_upper_ratio ratio
                # HELP benchrun_overhead_upper_ratio Cost in the environment by that on native, in the candidate: upper \
                end of the interval.
                benchrun_overhead_upper_ratio{\(labels)} 1.0
                # TYPE benchrun_overhead_change_ratio gauge
                # UNIT benchrun_overhead_change_ratio ratio
                # HELP benchrun_overhead_change_ratio Overhead of the candidate by that of the baseline.
                benchrun_overhead_change_ratio{\(labels)} 1.0
                # TYPE benchrun_gate_status stateset
                # HELP benchrun_gate_status What the regression gate says about the row.
                benchrun_gate_status{\(labels),benchrun_gate_status="regression"} 0
                benchrun_gate_status{\(labels),benchrun_gate_status="suspect"} 1
                benchrun_gate_status{\(labels),benchrun_gate_status="improved"} 0
                benchrun_gate_status{\(labels),benchrun_gate_status="pass"} 0
                benchrun_gate_status{\(labels),benchrun_gate_status="inconclusive"} 0
                # EOF

                """
        )
        #expect(GateOpenMetrics(report: GateExample.report([])).render() == "# EOF\n")
    }

    @Test("OpenMetrics: what is missing or not finite has no sample")
    func bareOpenMetrics() {
        let samples = GateOpenMetrics(report: GateExample.bare).render().split(separator: "\n").filter {
            !$0.hasPrefix("#") && !$0.hasPrefix("benchrun_gate_status")
        }
        #expect(
            samples.map { $0.prefix { $0 != "{" } } == ["benchrun_overhead_ratio", "benchrun_overhead_change_ratio"]
        )
        #expect(samples.allSatisfy { $0.contains("workload=\"point\"") })
    }

    @Test("OpenMetrics: labels stay labels, and no two series are alike")
    func hostileOpenMetrics() {
        #expect(GateOpenMetrics.labelValue("a\\b\"c\nd\re\u{1B}\"\u{301}é") == "a\\\\b\\\"c\\nd e?\\\"\u{301}é")
        let text = GateOpenMetrics(report: GateExample.hostileReport).render()
        #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("# ") || $0.hasPrefix("benchrun_") })
        let twice = GateExample.report([GateExample.row(.pass, "a\u{1}"), GateExample.row(.regression, "a\u{2}")])
        let states = GateOpenMetrics(report: twice).render().split(separator: "\n").filter {
            $0.hasPrefix("benchrun_gate_status")
        }
        #expect(states.count == 5 && Set(states).count == 5)
    }

    private typealias Bencher = [String: [String: [String: Double]]]

    @Test("Bencher: overhead with bounds, the metric without")
    func bencher() throws {
        let text = GateBencher(report: GateExample.full).render()
        let document = try JSONDecoder().decode(Bencher.self, from: Data(text.utf8))
        #expect(document.count == 6)
        let fio = try #require(document["docker/fio size=4k"])
        #expect(fio["throughput-mib-s"] == ["value": 93])
        let overhead = try #require(fio["overhead"])
        for (name, value) in ["value": 1.2, "lower_value": 1.18, "upper_value": 1.23] {
            #expect(abs(try #require(overhead[name]) - value) < 1e-12)
        }
        #expect(document["native/xz"] == ["throughput-mib-s": ["value": 3.51]])
        #expect(GateBencher(report: GateExample.report([])).render() == "{}\n")
        let bare = try JSONDecoder().decode(
            Bencher.self,
            from: Data(GateBencher(report: GateExample.bare).render().utf8)
        )
        #expect(bare.keys.sorted() == ["docker/point"])
        #expect(bare["docker/point"]?["overhead"]?.keys.sorted() == ["value"])
    }

    @Test(
        "Bencher's measures are slugs",
        arguments: [
            ("throughput", "MiB/s", "throughput-mib-s"), ("p99", "µs", "p99-s"), ("ratio", "1", "ratio"),
            ("漢字", "", "value"), ("Overhead", "1", "value"),
            (String(repeating: "a", count: 63), "s", String(repeating: "a", count: 63)),
        ]
    )
    func slugs(name: String, unit: String, slug: String) {
        #expect(GateBencher.slug(MetricRecord(name: name, unit: unit, better: .lower, delta: 0.05)) == slug)
    }

    private struct Entry: Decodable {
        var name: String
        var unit: String
        var value: Double
        var range: String?
        var extra: String?
    }

    private func entries(_ report: GateReport) throws -> [Entry] {
        try JSONDecoder().decode([Entry].self, from: Data(GateBenchmarkAction(report: report).render().utf8))
    }

    @Test("github-action-benchmark: the overhead, with the longer side of its interval")
    func benchmarkAction() throws {
        let entries = try self.entries(GateExample.full)
        #expect(entries.count == 5, "native has no overhead")
        let first = try #require(entries.first)
        #expect(first.name == "docker/fio size=4k" && first.unit == "x native" && abs(first.value - 1.2) < 1e-12)
        let range = try #require(first.range)
        #expect(range.hasPrefix("± "))
        #expect(abs(try #require(Double(range.dropFirst(2))) - 0.03) < 1e-12)
        #expect(
            first.extra == """
                overhead 95 % interval: +18 to +23 %
                throughput: 93 MiB/s
                gate: regression, overhead changed by +7.1 % (95 % interval +5.0 to +9.0 %)
                """
        )
        #expect(try self.entries(GateExample.report([])).isEmpty)
        let bare = try self.entries(GateExample.bare)
        #expect(bare.map(\.name) == ["docker/point"] && bare[0].range == nil)
    }

    @Test("names survive JSON, and nothing in it commands a terminal")
    func hostileJSON() throws {
        let report = GateExample.hostileReport
        let hostile = GateExample.hostile
        let entries = try self.entries(report)
        #expect(entries.map(\.name) == GateStatus.allCases.map { "\(hostile)/\(hostile)\($0) \(hostile)" })
        let bencher = GateBencher(report: report).render()
        let document = try JSONDecoder().decode(Bencher.self, from: Data(bencher.utf8))
        #expect(Set(document.keys) == Set(entries.map(\.name)))
        for text in [bencher, GateBenchmarkAction(report: report).render()] {
            #expect(
                !text.unicodeScalars.contains { scalar in
                    let category = scalar.properties.generalCategory
                    return scalar != "\n" && (category == .control || category == .format)
                }
            )
        }
        #expect(OrderedJSON.quote("\u{E0001}\"\u{301}\\\n") == #""\udb40\udc01\""# + "\u{301}" + #"\\\u000a""#)
    }
}
