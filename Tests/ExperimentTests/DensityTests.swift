import BenchrunModel
import Experiment
import Host
import Results
import Testing

extension FakeHost: DensityHost {
    func availableMemory() -> UInt64? { available }
    func samePageMerging() -> SamePageMerging { SamePageMerging(isRunning: false) }
}

extension FakeInstance: FootprintObserving {
    /// Each takes 3 MiB, and all are served by one daemon of 5 MiB.
    func footprint() async -> Footprint {
        let daemon = Footprint.Daemon(scope: .dockerd, memory: 5 << 20)
        return Footprint(memory: 3 << 20, groupMemory: 4 << 20, disk: 4096, daemons: [7: daemon])
    }
}

@Suite struct DensityTests {
    private func workload(
        _ counts: [Int],
        bound: Duration? = nil,
        figures: [DensityFigure] = DensityFigure.allCases
    ) -> Workload {
        var workload = Workload(
            name: "many",
            title: "many",
            workloadClass: .density,
            activity: .density,
            cases: counts.map { Case(["instances": "\($0)"]) },
            metrics: figures.map {
                Metric(name: $0.rawValue, unit: $0.unit, better: .lower, source: .density($0))
            }
        )
        workload.density = Density(idle: .milliseconds(1), latencyBound: bound)
        return workload
    }

    private func rows(_ fixture: Fixture) async -> [Sample] {
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        return await sink.rows
    }

    @Test func figuresAreOfAllInstancesAndDaemonsCountOnce() async throws {
        // Fakes count no CPU time.
        let figures = DensityFigure.allCases.filter { $0 != .cpu }
        let fixture = try Fixture(workloads: [workload([1, 3], figures: figures)])
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let rows = await sink.rows
        #expect(rows.allSatisfy { $0.outcome == .ok })
        for (label, count) in [("instances=1", 1.0), ("instances=3", 3.0)] {
            let own = rows.filter { $0.environment == "box" && $0.caseLabel == label }
            func value(_ figure: DensityFigure) -> Double? { own.first { $0.metric == figure.rawValue }?.value }
            #expect(value(.memory) == Double(3 << 20))
            #expect(value(.memoryTotal) == count * Double(3 << 20))
            #expect(value(.groupMemory) == Double(4 << 20))
            #expect(value(.daemonMemory) == Double(5 << 20))
            #expect(value(.disk) == 4096)
            #expect((value(.launch) ?? 0) > 0 && (value(.launchTotal) ?? 0) >= (value(.launch) ?? 0))
            #expect((value(.latency) ?? 0) > 0)
        }
        // Two cells with four instances, and one instance that attests.
        #expect(fixture.journal.count(of: "create box") == 5)
        #expect(fixture.journal.count(of: "remove box") == 5)
        let telemetry = await sink.telemetry
        #expect(telemetry.contains { $0.counters[.dockerd, "pss.bytes"] == 5 << 20 })
        #expect(telemetry.allSatisfy { $0.counters[.host, "ksm.state"] == 0 })
    }

    @Test func whatIsNotToldIsARowWithItsReason() async throws {
        // Nobody has counted CPU time.
        let rows = await rows(try Fixture(workloads: [workload([2], figures: [.memory, .cpu])]))
        let cpu = rows.filter { $0.metric == "cpu" }
        #expect(cpu.count == 2)
        #expect(cpu.allSatisfy { $0.outcome == .refused && $0.value == nil && $0.reason.contains("does not tell") })
        #expect(rows.filter { $0.metric == "memory" }.allSatisfy { $0.outcome == .ok })
    }

    @Test func theLatencyBoundEndsTheCell() async throws {
        let fixture = try Fixture(workloads: [workload([4], bound: .milliseconds(1))])
        let rows = await rows(fixture)
        #expect(!rows.isEmpty)
        #expect(
            rows.allSatisfy {
                $0.outcome == .refused && $0.value == nil && $0.reason.contains("latency bound was reached with 1 inst")
            }
        )
        #expect(fixture.journal.count(of: "create box") == fixture.journal.count(of: "remove box"))
        #expect(fixture.journal.count(of: "create box") == 2)
    }

    @Test func theHostKeepsItsReserve() async throws {
        var fixture = try Fixture(workloads: [workload([4])])
        fixture.host.available = 1 << 29
        let rows = await rows(fixture)
        #expect(rows.allSatisfy { $0.outcome == .refused && $0.value == nil })
        #expect(rows.allSatisfy { $0.reason.contains("with 0 instances: the host has 512 MiB left") })
        #expect(fixture.journal.count(of: "create box") == 1)
    }

    @Test func aFailedLaunchIsAFailureAndLeavesNothing() async throws {
        var fixture = try Fixture(workloads: [workload([3])])
        let journal = fixture.journal
        fixture.script.create = { environment in
            guard environment == "box", journal.count(of: "create box") == 3 else { return }
            throw DriverError(subject: "fake/create", detail: "no more of it")
        }
        let rows = await rows(fixture)
        let box = rows.filter { $0.environment == "box" }
        #expect(box.allSatisfy { $0.outcome == .failed && $0.reason.contains("no more of it") })
        #expect(journal.count(of: "create box") == 3)
        #expect(journal.count(of: "remove box") == 3)
    }
}
