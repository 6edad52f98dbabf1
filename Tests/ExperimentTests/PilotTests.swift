import AgentProtocol
import BenchrunModel
import Glibc
import Results
import Synchronization
import Testing

@testable import Experiment

@Suite struct PilotTests {
    private let block = BlockKey(workload: "w", caseLabel: "")

    private func decision(_ launches: [[Double]], overhead: Double = 4, iteration: Double = 1) -> PilotRecord {
        var pilot = Pilot(block: block, maximum: 16)
        for values in launches {
            pilot.note(Pilot.Launch(values: values, overhead: overhead, iteration: iteration), in: "native")
        }
        return pilot.decision()
    }

    @Test func launchesThatDifferByLessThanTheirIterationsTakeTheMost() {
        let record = decision([[90, 110], [110, 90], [90, 110], [110, 90]])
        #expect(record.iterations == 16)
        #expect((record.launchVariance ?? 1) < 0)
        #expect(record.launches == 4)
    }

    @Test func launchesThatDifferAloneTakeOneIteration() {
        let record = decision([[90, 90], [110, 110], [95, 95], [105, 105]])
        #expect(record.iterations == 1)
        #expect(record.iterationVariance == 0)
    }

    @Test func theOptimumFollowsTheFormula() throws {
        // Variances inside are 50, means 80, 120, 100 and 100; all relative to the mean, 100.
        let launches = [[75.0, 85], [115, 125], [95, 105], [95, 105]]
        let within = 50.0 / 1e4
        let between = 800.0 / 3 / 1e4
        let t2 = between - within / 2
        let record = decision(launches, overhead: 90, iteration: 1)
        #expect(abs(try #require(record.iterationVariance) - within) < 1e-12)
        #expect(abs(try #require(record.launchVariance) - t2) < 1e-12)
        #expect(record.iterations == Int((90 * within / t2).squareRoot().rounded(.up)))
        #expect(record.iterations > 1 && record.iterations < 16)
        #expect(record.launchSeconds == 90 && record.iterationSeconds == 1)
    }

    @Test func withoutWholeLaunchesItIsOne() {
        #expect(decision([]).iterations == 1)
        #expect(decision([[1, 2]]).iterations == 1)
        #expect(decision([[1, 2]]).launchVariance == nil)
    }

    private func fixture() throws -> Fixture {
        var workload = Workload.reading
        workload.warmups = 1
        workload.mostIterations = 5
        var fixture = try Fixture(workloads: [workload, .reading.named("fixed")], rounds: 2)
        let figures = Figures()
        // Iterations alternate and launches do not differ: the most iterations are best.
        fixture.script.run = { environment, command in figures.next("\(environment) \(command.arguments)", spread: 0.1)
        }
        return fixture
    }

    @Test func aPilotPrecedesTheRoundsAndDecides() async throws {
        let fixture = try fixture()
        let (sink, record) = (MemorySink(), ScheduleMemory())
        #expect(await fixture.experiment(sink: sink, record: record).run() == .completed)
        let rows = await sink.rows
        let pilot = rows.filter { $0.stage == .pilot }
        #expect(pilot.count == Pilot.launches * 4 * 2)
        #expect(pilot.allSatisfy { $0.round == 0 && $0.workload == "reading" && $0.outcome == .ok })
        #expect(Set(pilot.map(\.cell)).count == Pilot.launches * 2)
        #expect(Set(pilot.map(\.instance)).count == Pilot.launches * 2)
        #expect(rows.firstIndex { $0.round > 0 } == Pilot.launches * 5 * 2)
        let measured = rows.filter { $0.stage == .measured && $0.workload == "reading" }
        #expect(measured.count == 5 * 2 * 2)
        #expect(rows.filter { $0.stage == .measured && $0.workload == "fixed" }.count == 2 * 2)
        let decision = try #require(await record.pilots.first)
        #expect(decision.iterations == 5 && decision.maximum == 5 && decision.launches == 8)
        #expect(await record.pairs.map(\.rounds) == [2, 2])
    }

    @Test func theTimeLeftHasThePilotInItUntilItIsDone() async throws {
        let fixture = try fixture()
        let rounds = Forecast.rounds(of: fixture.plan, states: [], progress: RunProgress())
        let estimate = Mutex(TimeEstimate(plan: fixture.plan, rounds: rounds, book: DurationBook()))
        #expect(estimate.withLock { $0.cellsLeft } == Pilot.launches * 2 + 2 * 2 * 2)
        let left = Mutex<[Int: Int]>([:])
        let experiment = fixture.experiment(sink: MemorySink()) { event in
            guard case .measured(let cell) = event else { return }
            let count = estimate.withLock { estimate in
                estimate.finished(cell)
                return estimate.cellsLeft
            }
            left.withLock { $0[cell.round] = count }
        }
        #expect(await experiment.run() == .completed)
        #expect(left.withLock { $0 } == [0: 8, 1: 4, 2: 0])
        #expect(estimate.withLock { $0.remaining() } == 0)
    }

    @Test func aResumedRunKeepsTheDecision() async throws {
        var fixture = try fixture()
        let first = MemorySink()
        _ = await fixture.experiment(sink: first).run()
        let rows = await first.rows
        fixture.resume(after: rows.filter { $0.round < 2 })
        fixture.plan.iterations = [BlockKey(workload: "reading", caseLabel: ""): 3]
        let (sink, record) = (MemorySink(), ScheduleMemory())
        #expect(await fixture.experiment(sink: sink, record: record).run() == .completed)
        let more = await sink.rows
        #expect(more.allSatisfy { $0.round == 2 && $0.stage != .pilot })
        #expect(more.filter { $0.stage == .measured && $0.workload == "reading" }.count == 3 * 2)
        #expect(await record.pilots.isEmpty)
    }
}
