import BenchrunModel
import Experiment
import Results
import Testing

/// A driver whose engine does what it is asked for, or fails at it.
private struct FakeEngine: EngineOperating {
    static let name = "engine"
    static let options: Set<String> = []
    let journal: Journal
    var fails = false

    init(setup: DriverSetup) { journal = Journal() }
    init(journal: Journal, fails: Bool) {
        self.journal = journal
        self.fails = fails
    }

    func probe(_ environment: EnvironmentSpec) async -> Availability { .available(facts: [:]) }
    func prepare(_ environment: EnvironmentSpec, in context: RunContext) async throws {}
    func create(_ spec: InstanceSpec, in context: RunContext) async throws -> any Instance {
        FakeInstance(spec: spec, journal: journal, script: Script())
    }
    func removeOrphans(of run: RunID) async throws -> [String] { [] }
    func shutdown() async {}

    func ready(
        _ operation: EngineOperation,
        named name: String,
        within limit: Duration,
        of environment: EnvironmentSpec,
        in context: RunContext
    ) async throws -> any ReadyOperation {
        journal.note("ready \(operation.rawValue) \(environment.name) \(limit)")
        return Ready(journal: journal, fails: fails)
    }

    private struct Ready: ReadyOperation {
        let journal: Journal
        let fails: Bool

        func perform() async throws {
            journal.note("perform")
            if fails { throw DriverError(subject: "engine/pull", detail: "no space") }
        }
        func finish() async throws { journal.note("finish") }
    }
}

@Suite struct OperationTests {
    private static let pulling = Workload(
        name: "pulling",
        title: "pulling",
        workloadClass: .startup,
        activity: .engineOperation(.pull),
        timeout: .seconds(7),
        parser: .none,
        metrics: [Metric(name: "time", unit: "ms", better: .lower, source: .resource(.wall), scale: 1000)]
    )

    private func fixture(fails: Bool = false, rounds: Int = 2) throws -> Fixture {
        var fixture = try Fixture(environments: ["native", "box"], workloads: [Self.pulling], rounds: rounds)
        fixture.plan.environments[1].driver = FakeEngine.name
        fixture.drivers = [FakeEngine.name: FakeEngine(journal: fixture.journal, fails: fails)]
        return fixture
    }

    @Test func onlyAnEngineIsAskedAndItsTimeIsARow() async throws {
        let fixture = try fixture()
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let rows = await sink.rows
        #expect(rows.map(\.environment) == ["box", "box"])
        #expect(rows.allSatisfy { $0.outcome == .ok && $0.metric == "time" && $0.unit == "ms" })
        #expect(rows.allSatisfy { $0.value.map { $0 > 0 && $0 < 1000 } ?? false })
        let steps = fixture.journal.all.filter { line in
            ["ready", "perform", "finish"].contains { line.hasPrefix($0) }
        }
        let each = ["ready pull box 7.0 seconds", "perform", "finish"]
        #expect(steps == each + each)
        #expect(await sink.telemetry.count == 2)
    }

    @Test func aResumedRunHasNothingLeft() async throws {
        var fixture = try fixture()
        let first = MemorySink()
        #expect(await fixture.experiment(sink: first).run() == .completed)
        fixture.resume(after: await first.rows)
        let second = MemorySink()
        #expect(await fixture.experiment(sink: second).run() == .completed)
        #expect(await second.rows.isEmpty)
    }

    @Test func aFailureIsARowAndIsCleanedUpAfter() async throws {
        let fixture = try fixture(fails: true, rounds: 1)
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let rows = await sink.rows
        #expect(rows.map(\.outcome) == [.failed])
        #expect(rows.first?.value == nil)
        #expect(rows.first?.reason == "engine/pull: no space")
        #expect(fixture.journal.all.last { ["perform", "finish"].contains($0) } == "finish")
    }
}
