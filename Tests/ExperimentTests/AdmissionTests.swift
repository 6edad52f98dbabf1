import AgentProtocol
import BenchrunModel
import Experiment
import Synchronization
import Testing

@Suite struct AdmissionTests {
    @Test func whoIsRefusedIsNotMeasured() async throws {
        var fixture = try Fixture(workloads: [.reading, .life], rounds: 2)
        let asked = Mutex<[String]>([])
        fixture.admission = { environment in
            asked.withLock { $0.append(environment) }
            return environment == "box" ? "--strict: it differs" : nil
        }
        let sink = MemorySink()
        let warnings = Mutex<[String]>([])
        let ending = await fixture.experiment(sink: sink) { event in
            if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
        }.run()
        #expect(ending == .completed)
        #expect(asked.withLock { $0 } == ["native", "box"], "native comes first, and each is asked once")
        let rows = await sink.rows
        let box = rows.filter { $0.environment == "box" }
        #expect(!box.isEmpty && box.allSatisfy { $0.outcome == .refused && $0.value == nil })
        #expect(box.allSatisfy { $0.reason == "--strict: it differs" })
        #expect(rows.filter { $0.environment == "native" }.allSatisfy { $0.outcome == .ok })
        #expect(warnings.withLock { $0 } == ["box is refused: --strict: it differs"])
        // Only to be asked.
        #expect(fixture.journal.count(of: "create box") == 1)
        #expect(fixture.journal.count(of: "create") == fixture.journal.count(of: "remove"))
        #expect(!fixture.journal.all.contains("run box measure"))
    }

    @Test func nothingIsMeasuredBeforeAllHaveAttested() async throws {
        var fixture = try Fixture()
        fixture.admission = { _ in nil }
        #expect(await fixture.experiment(sink: MemorySink()).run() == .completed)
        let first = try #require(fixture.journal.all.firstIndex { $0.hasPrefix("run") })
        let before = fixture.journal.all.prefix(first)
        #expect(before.filter { $0.hasPrefix("facts") }.sorted() == ["facts box", "facts native"])
    }

    @Test func instancesAttestAlsoWhereOnlyTheirLivesAreMeasured() async throws {
        let fixture = try Fixture(workloads: [.life])
        #expect(await fixture.experiment(sink: MemorySink()).run() == .completed)
        #expect(fixture.journal.all.filter { $0.hasPrefix("facts") } == ["facts native", "facts box"])
    }

    @Test func caches() async throws {
        var cold = Workload.reading
        cold.pageCache = .cold
        cold.iterations = 2
        var fixture = try Fixture(workloads: [cold])
        let drops = Atomic<Int>(0)
        fixture.host.drop = { drops.add(1, ordering: .relaxed) }
        #expect(await fixture.experiment(sink: MemorySink()).run() == .completed)
        #expect(drops.load(ordering: .relaxed) == 4, "before each execution")
        #expect(!fixture.journal.all.contains { $0.contains("drop_caches") }, "the host's kernel is theirs")

        var guest = try Fixture(workloads: [cold])
        guest.script.bootID = "another"
        #expect(await guest.experiment(sink: MemorySink()).run() == .completed)
        let commands = guest.journal.all.filter { $0.hasPrefix("run box") }
        let drop = ["run box sync", "run box dd of=/proc/sys/vm/drop_caches status=none", "run box measure"]
        #expect(commands == drop + drop)
    }

    @Test func aCacheThatCannotBeEmptiedIsRefusedNotMeasured() async throws {
        struct Denied: Error, CustomStringConvertible { var description: String { "drop_caches: not permitted" } }
        var cold = Workload.reading
        cold.pageCache = .cold
        var fixture = try Fixture(workloads: [cold])
        fixture.host.drop = { throw Denied() }
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        #expect(await sink.rows.map(\.outcome) == [.refused, .refused])
        #expect(await sink.rows.first?.reason == "drop_caches: not permitted")
        #expect(fixture.journal.count(of: "run") == 0)

        var guest = try Fixture(workloads: [cold])
        guest.script.bootID = "another"
        guest.script.run = { _, command in
            Execution(termination: .exited(command.arguments.first == "dd" ? 1 : 0))
        }
        let rows = MemorySink()
        #expect(await guest.experiment(sink: rows).run() == .completed)
        #expect(await rows.rows.first?.outcome == .refused)
        #expect(await rows.rows.first?.reason.contains("guest's page cache cannot be dropped") == true)
    }
}
