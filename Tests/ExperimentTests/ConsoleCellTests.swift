import BenchrunModel
import Experiment
import Results
import Testing

extension FakeDriver: ReadinessChoosing {
    func readiness(of environment: EnvironmentSpec) -> Readiness {
        environment.options["console"].map { .serialPattern($0, .seconds(5)) } ?? .agentFrame(.seconds(60))
    }
}

extension FakeInstance: ConsoleReady {
    func awaitConsole(_ pattern: String, within limit: Duration) async throws -> UInt64 {
        journal.note("console \(spec.environment.name) \(pattern)")
        return FakeHost.clock.next()
    }
}

@Suite("Environments without an agent")
struct ConsoleCellTests {
    private func run(_ workloads: [Workload]) async throws -> (rows: [Sample], journal: [String], ending: SessionEnding)
    {
        var fixture = try Fixture(workloads: workloads)
        fixture.plan.environments[1].options = ["console": "login:"]
        let sink = MemorySink()
        let ending = await fixture.experiment(sink: sink).run()
        return (await sink.rows, fixture.journal.all, ending)
    }

    @Test("A start is timed to the line on the console, and nothing is executed in it")
    func start() async throws {
        let (rows, journal, ending) = try await run([.life])
        #expect(ending == .completed)
        let box = rows.filter { $0.environment == "box" }
        #expect(box.map(\.metric).sorted() == ["create", "first-frame", "ready", "remove", "start", "stop"])
        #expect(box.allSatisfy { $0.outcome == .ok && ($0.value ?? 0) > 0 })
        #expect(rows.contains { $0.environment == "native" && $0.metric == "first-command" })
        #expect(
            journal.filter { $0.contains("box") }
                == ["create box", "start box", "console box login:", "stop box", "remove box"]
        )
    }

    @Test("A command is refused with the reason, and no instance is made for it")
    func command() async throws {
        let (rows, journal, ending) = try await run([.reading])
        #expect(ending == .completed)
        let box = rows.filter { $0.environment == "box" }
        #expect(!box.isEmpty && box.allSatisfy { $0.outcome == .refused && $0.reason.contains("'startup'") })
        #expect(rows.contains { $0.environment == "native" && $0.outcome == .ok })
        #expect(!journal.contains { $0.contains("box") })
    }
}
