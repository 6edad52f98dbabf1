import AgentProtocol
import BenchrunModel
import Experiment
import Results
import Testing

@Suite("Two arms in one experiment")
struct ArmsTests {
    private func fixture(rounds: Int = 4) throws -> Fixture {
        var fixture = try Fixture(environments: ["box", "box.b"], rounds: rounds)
        fixture.plan.reference = "box"
        fixture.plan.arms = [
            "box": PlanArm(name: PlanArm.baseline, command: ["old"]),
            "box.b": PlanArm(name: PlanArm.candidate, command: ["new"]),
        ]
        fixture.progress = RunProgress(reference: "box")
        return fixture
    }

    @Test("Each arm executes its own command, in turn, and its rows say which arm they are")
    func arms() async throws {
        let fixture = try fixture()
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let rows = await sink.rows
        #expect(Set(rows.map { "\($0.environment) \($0.arm)" }) == ["box baseline", "box.b candidate"])
        #expect(fixture.journal.count(of: "run box old") == 4 && fixture.journal.count(of: "run box.b new") == 4)
        // Each arm comes first as often as the other.
        #expect(rows.filter { $0.slot == 0 }.count { $0.arm == "baseline" } == 2)
        #expect(rows.allSatisfy { $0.stage == .measured })
    }

    @Test("A pair of arms has a state like any other")
    func pairs() async throws {
        var fixture = try fixture()
        fixture.measureUntilPrecise(.adaptive(minimum: 4, maximum: 8))
        let record = ScheduleMemory()
        #expect(await fixture.experiment(sink: MemorySink(), record: record).run() == .completed)
        #expect(await record.pairs.map(\.environment) == ["box.b"])
        #expect(await record.stop("box.b") == "precision 6")
    }

    @Test("A confirmation measures again in another order, under a name of its own")
    func confirmation() async throws {
        var fixture = try fixture()
        fixture.plan = fixture.plan.confirmation(of: ["reading"])
        fixture.progress = RunProgress(reference: "box", stage: .confirmation)
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let rows = await sink.rows
        // Twice the rounds of the rows that are under suspicion.
        #expect(rows.count == 16)
        #expect(rows.allSatisfy { $0.stage == .confirmation && $0.cell.hasPrefix("c") })
        #expect(try self.fixture().plan.confirmation(of: ["other"]).blocks.isEmpty)
        #expect(try self.fixture().plan.confirmation(of: []).seed != self.fixture().plan.seed)
    }
}
