import AgentProtocol
import BenchrunModel
import Results
import Synchronization
import Testing

@testable import Experiment

/// An instance that offers some operations.
struct OperatingInstance: LifecycleOperations, Pausing {
    let fake: FakeInstance
    let operations: Set<LifecycleOperation>

    var spec: InstanceSpec { fake.spec }
    var agent: any AgentConnection { get async throws { try await fake.agent } }

    func start() async throws { try await fake.start() }
    func stop() async throws { try await fake.stop() }
    func remove() async throws { try await fake.remove() }
    func diagnostics() async -> String { "" }
    func pause() async throws { try await fake.pause() }
    func resume() async throws { try await fake.resume() }
    func perform(_ operation: LifecycleOperation) async throws {
        fake.journal.note("\(operation.rawValue) \(spec.environment.name)")
    }
}

@Suite struct LifecycleTests {
    private static func workload(_ lifecycle: Lifecycle, _ phases: [Phase] = Phase.allCases) -> Workload {
        var workload = Workload.life
        workload.lifecycle = lifecycle
        workload.metrics = phases.map { Metric(name: $0.rawValue, unit: "s", better: .lower, source: .phase($0)) }
        return workload
    }

    private static var serving: Lifecycle {
        var lifecycle = Lifecycle()
        lifecycle.service = .init(command: ["serve", "-p"], endpoint: .tcp(port: 6379), request: "PING")
        return lifecycle
    }

    /// What was done to an environment's last instance, without its name.
    private static func deeds(_ journal: Journal, _ environment: String) -> [String] {
        let own = journal.all.filter { $0.contains(" \(environment)") }.map {
            $0.replacing(" \(environment)", with: "")
        }
        return Array(own[(own.lastIndex(of: "create") ?? 0)...])
    }

    @Test func aServiceAnswersInPhasesThatAddUp() async throws {
        let fixture = try Fixture(workloads: [Self.workload(Self.serving)])
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let rows = await sink.rows.filter { $0.environment == "box" }
        var seconds: [String: Double] = [:]
        for row in rows { seconds[row.metric] = row.value }
        let parts = [Phase.create, .start, .agent, .service, .firstAnswer].compactMap { seconds[$0.rawValue] }
        #expect(parts.count == 5)
        #expect(abs(parts.reduce(0, +) - (seconds["answered"] ?? 0)) < 1e-9)
        #expect(seconds["agent"] == seconds["first-frame"])
        #expect(seconds.keys.allSatisfy { !["ready", "first-command", "firmware", "pause", "all-ready"].contains($0) })
        #expect(
            Self.deeds(fixture.journal, "box")
                == ["create", "start", "hello", "spawn serve -p", "probe PING", "stop", "remove"]
        )
    }

    @Test func aServiceThatEndsIsNotWaitedFor() async throws {
        var fixture = try Fixture(workloads: [Self.workload(Self.serving)])
        fixture.script.answer = { try await Task.sleep(for: .seconds(60)) }
        fixture.script.wait = { Execution(termination: .exited(1), errorOutput: Array("no such port".utf8)) }
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let rows = await sink.rows
        #expect(!rows.isEmpty && rows.allSatisfy { $0.outcome == .failed && $0.value == nil })
        #expect(rows.allSatisfy { $0.reason.contains("'serve' exited with 1 before it answered: no such port") })
        #expect(fixture.journal.count(of: "create") == fixture.journal.count(of: "remove"))
    }

    @Test func operationsAreDoneInOrderWhereAnInstanceHasThem() async throws {
        var lifecycle = Lifecycle()
        lifecycle.operations = [.pause, .unpause, .agentExec, .exec, .save, .restart, .kill]
        var fixture = try Fixture(workloads: [Self.workload(lifecycle)])
        fixture.script.make = { fake in
            guard fake.spec.environment.name == "box" else { return fake }
            return OperatingInstance(fake: fake, operations: [.pause, .exec, .kill])
        }
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let named = { (environment: String, rows: [Sample]) in
            Set(rows.filter { $0.environment == environment }.map(\.metric)).intersection(
                LifecycleOperation.allCases.map(\.rawValue)
            )
        }
        let rows = await sink.rows
        #expect(rows.allSatisfy { $0.outcome == .ok })
        // What the driver does not offer is done as for every instance that can be paused.
        #expect(named("box", rows) == ["pause", "unpause", "agent-exec", "exec", "kill"])
        #expect(named("native", rows) == ["pause", "unpause", "agent-exec"])
        #expect(
            Self.deeds(fixture.journal, "box")
                == [
                    "create", "start", "hello", "run true", "pause", "resume", "run true", "exec", "kill", "stop",
                    "remove",
                ]
        )
    }

    @Test func everyOperationIsAPhase() {
        for operation in LifecycleOperation.allCases {
            #expect(Phase(rawValue: operation.rawValue) != nil, "\(operation)")
        }
    }

    @Test func manyAreStartedAtOnceAndAllAreRemoved() async throws {
        var lifecycle = Lifecycle()
        lifecycle.instances = "{n}"
        var workload = Self.workload(lifecycle)
        workload.cases = [Case(["n": "1"]), Case(["n": "4"])]
        let fixture = try Fixture(workloads: [workload])
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        // And one for its facts.
        #expect(fixture.journal.count(of: "create box") == 6)
        #expect(fixture.journal.count(of: "remove box") == 6)
        let rows = await sink.rows.filter { $0.environment == "box" && $0.caseLabel == "n=4" }
        #expect(Set(rows.map(\.metric)) == Set(Phase.ofMany.map(\.rawValue)))
        let value = { (phase: Phase) in rows.first { $0.metric == phase.rawValue }?.value ?? 0 }
        #expect(value(.readyMedian) > 0 && value(.readyMedian) <= value(.readySlowest))
        #expect(value(.readySlowest) == value(.allReady))
        #expect(abs(value(.startRate) * value(.allReady) - 4) < 1e-9)
    }

    @Test func oneThatFailsTakesTheFiguresOfAll() async throws {
        var lifecycle = Lifecycle()
        lifecycle.instances = "3"
        var fixture = try Fixture(workloads: [Self.workload(lifecycle)])
        let calls = Atomic<Int>(0)
        fixture.script.create = { environment in
            // The first is asked for its facts.
            if environment == "box", calls.add(1, ordering: .relaxed).oldValue == 2 {
                throw DriverError(subject: "box/create", detail: "no room")
            }
        }
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let rows = await sink.rows.filter { $0.environment == "box" }
        #expect(!rows.isEmpty && rows.allSatisfy { $0.outcome == .failed && $0.reason.contains("no room") })
        #expect(fixture.journal.count(of: "create box") == fixture.journal.count(of: "remove box"))
    }

    @Test func aColdStartEmptiesTheCacheFirst() async throws {
        var workload = Self.workload(Lifecycle(), [.ready])
        workload.pageCache = .cold
        var fixture = try Fixture(workloads: [workload])
        let journal = fixture.journal
        fixture.host.drop = { journal.note("drop") }
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        #expect(await sink.rows.count { $0.outcome == .ok } == 2)
        let lives = journal.all.filter { $0 == "drop" || $0.hasPrefix("create") }
        // The first two are asked for their facts.
        #expect(lives.dropFirst(2).enumerated().allSatisfy { $0.offset.isMultiple(of: 2) == ($0.element == "drop") })

        fixture.host.drop = { throw DriverError(subject: "page cache", detail: "is not ours") }
        let refused = MemorySink()
        #expect(await fixture.experiment(sink: refused).run() == .completed)
        let rows = await refused.rows
        #expect(rows.allSatisfy { $0.outcome == .refused && $0.reason.contains("is not ours") })
    }
}
