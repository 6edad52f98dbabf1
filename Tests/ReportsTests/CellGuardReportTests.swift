import BenchrunModel
import Results
import Testing

@testable import Analysis
@testable import Reports

@Suite("Guards of cells and the host's CPU time in a report")
struct CellGuardReportTests {
    /// Six rounds in which docker costs the host a tenth more, each execution with its telemetry.
    private static func run() -> (run: SyntheticRun, telemetry: [TelemetryRecord]) {
        var run = SyntheticRun(workloads: [.init(name: "cpu"), .init(name: "rate")])
        run.manifest.workloads[0].workUnit = "event"
        var telemetry: [TelemetryRecord] = []
        for round in 1...6 {
            for environment in ["native", "docker"] {
                for workload in ["cpu", "rate"] {
                    run.add(workload, environment, round: round, 100)
                    telemetry.append(record(run.samples[run.samples.count - 1], environment))
                }
            }
        }
        return (run, telemetry)
    }

    private static func record(_ sample: Sample, _ environment: String) -> TelemetryRecord {
        TelemetryRecord(
            cell: sample.cell,
            session: 1,
            stage: .measured,
            iteration: 1,
            counters: [
                Counter(.host, "cpu"): environment == "native" ? 1_000_000_000 : 1_100_000_000,
                Counter(.host, "elapsed"): 1_000_000_000, Counter(.cpus, "count"): 1,
                Counter(.cpus, "cpu.steal"): 0, Counter(.benchrun, "cpu"): 2_000_000,
                Counter(.instance, "throttled-time"): 0, Counter(.work, "operations"): 1000,
                Counter(.work, "written"): 10 << 20, Counter(.device, "io.write"): 12 << 20,
            ]
        )
    }

    @Test("The host's CPU time per unit of work is a metric with an interval, where a unit is known")
    func hostCost() throws {
        let (run, telemetry) = Self.run()
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples, telemetry: telemetry)
        let costs = analysis.results.filter { $0.metric.name == RunAnalysis.hostCost }
        #expect(costs.map(\.workload) == ["cpu", "cpu"])
        #expect(costs.map(\.environment) == ["native", "docker"])
        let medians = try costs.map { try #require($0.median) }
        #expect(abs(medians[0] - 0.001) < 1e-9 && abs(medians[1] - 0.0011) < 1e-9)
        let estimate = try #require(costs[1].comparison?.estimate)
        #expect(abs(estimate.overhead - 0.1) < 1e-9 && estimate.lower != nil)
        #expect(costs.allSatisfy { !$0.isPrimary && $0.metric.per == "event" })
        // It is no part of the figure over all workloads.
        #expect(analysis.suite.first?.estimate?.overhead == 0)
        let text = TerminalReport(analysis: analysis).render()
        #expect(text.contains("CPU time of the whole host per unit of work"))
        #expect(text.contains("cpu       event    1 ms   +10 %  (+10 to +10 %)"), "\(text)")
    }

    @Test("Without telemetry there is neither a cost nor a proof")
    func withoutTelemetry() throws {
        let run = Self.run().run
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples)
        #expect(!analysis.results.contains { $0.metric.name == RunAnalysis.hostCost })
        let steal = try #require(analysis.guards.first { $0.number == 2 })
        #expect(steal.state == .unknown && steal.proof == "not recorded in this run")
        #expect(!TerminalReport(analysis: analysis).render().contains("CPU time of the whole host"))
    }

    @Test("Guards 1, 2, 4, 9 and 10 have a line with their proof")
    func lines() throws {
        var (run, telemetry) = Self.run()
        run.manifest.host["kvm.halt-poll-ns"] = "200000"
        telemetry[3].counters[Counter(.clock, "elapsed")] = 1_000_000_000
        telemetry[3].counters[Counter(.clock, "inside")] = 1_000_050_000
        telemetry[3].counters[Counter(.clock, "round-trip")] = 100_000
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples, telemetry: telemetry)
        #expect(analysis.guards.map(\.number) == analysis.guards.map(\.number).sorted())
        func line(_ number: Int) throws -> MethodGuard { try #require(analysis.guards.last { $0.number == number }) }
        for number in [1, 2, 4, 9, 10] { #expect(try line(number).state == .holds, "\(number)") }
        #expect(try line(1).proof.contains("a guest's clock ran at most 0.005 % from the host's (docker)"))
        #expect(try line(2).proof.hasPrefix("at most 0 % stolen by the hypervisor below"))
        #expect(try line(4).proof.contains("wrote at least 120 % (native)"))
        #expect(try line(9).proof.contains("at most 0 % of an execution; halt_poll_ns 200000"))
        #expect(try line(10).proof == "no workload of this run measures quantiles of latencies")
    }

    @Test("A flag breaks its guard's line and stands beside its row")
    func flags() throws {
        var (run, telemetry) = Self.run()
        for index in run.samples.indices where run.samples[index].environment == "docker" {
            guard run.samples[index].workload == "cpu" else { continue }
            run.samples[index].flags = ["busy-cpu", "word-of-a-later-version"]
        }
        let last = try #require(run.samples.lastIndex { $0.environment == "docker" && $0.workload == "cpu" })
        run.samples[last].outcome = .invalid
        run.samples[last].reason = "other programs"
        telemetry[0].counters[Counter(.cpus, "cpu.steal")] = 14_000_000
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples, telemetry: telemetry)
        let line = try #require(analysis.guards.first { $0.number == 2 })
        #expect(line.state == .broken)
        let begin = "'busy-cpu' in 6 of 24 executions (docker); at most 0.4 % stolen"
        #expect(line.proof.hasPrefix(begin), "\(line.proof)")
        let row = try #require(analysis.primary.first { $0.environment == "docker" && $0.workload == "cpu" })
        #expect(row.cellNotes == [CellNote(flag: .busyCPU, rounds: 5)])
        let text = TerminalReport(analysis: analysis).render()
        let note = "docker, busy-cpu in 5 of 5 launches: other programs ran on the measured CPUs"
        #expect(text.contains(note), "\(text)")
        #expect(text.contains("CPU time taken away, broken: 'busy-cpu'"), "\(text)")
    }

    @Test("A closed-loop quantile is labelled in the guard's line")
    func closedLoop() throws {
        var (run, telemetry) = Self.run()
        var quantile = MetricRecord(name: "p99", unit: "us", better: .lower, delta: 0.05)
        quantile.quantile = 0.99
        run.manifest.workloads[1].metrics.append(quantile)
        run.manifest.workloads[1].load = .closed
        run.add("rate", "docker", round: 1, 9, metric: "p99")
        run.samples[run.samples.count - 1].flags = ["closed-loop", "few-requests"]
        telemetry = []
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples, telemetry: telemetry)
        let line = try #require(analysis.guards.first { $0.number == 10 })
        #expect(line.state == .broken && line.proof.contains("'few-requests' in 1 of"))
        #expect(line.proof.contains("requests of rate wait for earlier answers"))
    }
}
