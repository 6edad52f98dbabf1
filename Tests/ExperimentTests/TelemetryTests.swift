import AgentProtocol
import BenchrunModel
import Experiment
import Results
import Synchronization
import Testing

@Suite("Telemetry and guards in an experiment")
struct TelemetryTests {
    /// A command that says what it has done.
    private static var working: Workload {
        var workload = Workload.reading
        workload.warmups = 1
        workload.iterations = 2
        workload.work = Work(operations: .init(source: .pattern("did ([0-9]+)")), unit: "thing")
        return workload
    }

    private static let output = Array("value 42.5\ndid 7\n".utf8)

    @Test("Each execution has a record, with what the host, the instance, the agent and the tool tell")
    func records() async throws {
        var fixture = try Fixture(workloads: [Self.working])
        fixture.script.run = { _, _ in
            Execution(termination: .exited(0), wall: 5, user: 3, runDelay: 2, output: Self.output)
        }
        fixture.script.observed = { _ in 0 }
        let sink = MemorySink()
        _ = await fixture.experiment(sink: sink).run()
        let records = await sink.telemetry
        #expect(records.count == 6)
        #expect(Set(records.map(\.cell)) == ["r1.reading.native.1", "r1.reading.box.1"])
        #expect(records.map(\.stage) == [.warmup, .measured, .measured, .warmup, .measured, .measured])
        #expect(records.map(\.iteration) == [1, 1, 2, 1, 1, 2])
        for counters in records.map(\.counters) {
            #expect(counters[.work, "operations"] == 7)
            #expect(counters[.command, "user"] == 3 && counters[.command, "run-delay"] == 2)
            #expect(counters[.instance, "throttled-time"] == 0)
            #expect((counters[.host, "elapsed"] ?? 0) > 0)
            // The fakes share the host's kernel: its clock needs no comparison.
            #expect(counters[.clock, "elapsed"] == nil)
        }
    }

    @Test("A guest's clock is looked at on both sides")
    func guestClock() async throws {
        var fixture = try Fixture()
        fixture.script.bootID = "guest-boot"
        let sink = MemorySink()
        _ = await fixture.experiment(sink: sink).run()
        let windows = await sink.telemetry.map(\.counters)
        #expect(!windows.isEmpty)
        #expect(windows.allSatisfy { ($0[.clock, "elapsed"] ?? 0) > 0 && ($0[.clock, "inside"] ?? 0) > 0 })
    }

    @Test("A throttled launch keeps its value, is invalid with its reason, and is measured again")
    func throttled() async throws {
        var fixture = try Fixture(workloads: [Self.working])
        let readings = Atomic(0)
        fixture.script.run = { _, _ in Execution(termination: .exited(0), output: Self.output) }
        // Readings come in pairs, two for each execution: a warm-up, then the first and second iteration.
        fixture.script.observed = { environment in
            guard environment == "box" else { return 0 }
            return readings.add(1, ordering: .relaxed).newValue >= 6 ? 3_000_000_000 : 0
        }
        let sink = MemorySink()
        let ending = await fixture.experiment(sink: sink).run()
        #expect(ending == .completed)
        let all = await sink.rows
        #expect(all.count == 12)
        let rows = all.filter { $0.environment == "box" }
        #expect(rows.map(\.outcome) == [.ok, .ok, .invalid, .ok, .ok, .ok])
        #expect(rows.map(\.attempt) == [1, 1, 1, 2, 2, 2])
        let invalid = try #require(rows.first { $0.outcome == .invalid })
        #expect(invalid.value == 42.5 && invalid.flags == ["throttled"])
        #expect(invalid.reason.contains("the CPU quota held it back"))
    }

    @Test("A warm-up is flagged and still does not cost a replacement")
    func throttledWarmup() async throws {
        var fixture = try Fixture(environments: ["native"], workloads: [Self.working])
        let readings = Atomic(0)
        fixture.script.run = { _, _ in Execution(termination: .exited(0), output: Self.output) }
        fixture.script.observed = { _ in readings.add(1, ordering: .relaxed).newValue >= 2 ? 3_000_000_000 : 0 }
        let sink = MemorySink()
        _ = await fixture.experiment(sink: sink).run()
        let rows = await sink.rows
        #expect(rows.map(\.flags) == [["throttled"], [], []])
        #expect(rows.map(\.outcome) == [.ok, .ok, .ok])
    }

    @Test("A quantile is labelled by its load and by how many requests it is of")
    func quantiles() async throws {
        var workload = Workload.reading
        var quantile = Metric(name: "p99", unit: "u", better: .lower, source: .pattern("value ([0-9.]+)"))
        quantile.quantile = 0.99
        quantile.requests = .pattern("did ([0-9]+)")
        workload.metrics.append(quantile)
        for (load, requests, flags) in [
            (Load.closed, 1000, ["closed-loop"]), (.open, 1000, []), (.open, 999, ["few-requests"]),
            (.closed, 999, ["closed-loop", "few-requests"]),
        ] {
            workload.load = load
            var fixture = try Fixture(environments: ["native"], workloads: [workload])
            fixture.script.run = { _, _ in
                Execution(termination: .exited(0), output: Array("value 1\ndid \(requests)\n".utf8))
            }
            let sink = MemorySink()
            _ = await fixture.experiment(sink: sink).run()
            let rows = await sink.rows
            #expect(rows.map(\.flags) == [[], flags])
            #expect(rows.map(\.count) == [nil, requests])
            #expect(rows.allSatisfy { $0.outcome == .ok })
        }
    }

    @Test("Output that does not tell what was promised is a failure, not an amount of zero")
    func missingWork() async throws {
        let fixture = try Fixture(environments: ["native"], workloads: [Self.working])
        let sink = MemorySink()
        _ = await fixture.experiment(sink: sink).run()
        let row = try #require(await sink.rows.last)
        #expect(row.outcome == .failed && row.reason.contains("work: operations"))
    }
}
