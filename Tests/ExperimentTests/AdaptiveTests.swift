import AgentProtocol
import BenchrunModel
import Experiment
import Results
import Synchronization
import Testing

/// Runs whose number of rounds is not known before they end.
@Suite struct AdaptiveTests {
    /// `quiet` has no noise, `noisy` never gets precise.
    private func fixture(
        _ environments: [String] = ["native", "quiet"],
        workloads: [Workload] = [.reading],
        _ rule: StoppingRule = .adaptive(maximum: 14)
    ) throws -> Fixture {
        var fixture = try Fixture(environments: environments, workloads: workloads)
        fixture.measureUntilPrecise(rule)
        let figures = Figures()
        fixture.script.run = { environment, command in
            let name = "\(environment) \(command.arguments.joined())"
            return figures.next(name, spread: environment != "native" && name.contains("noisy") ? 0.4 : 0)
        }
        return fixture
    }

    private func rounds(_ sink: MemorySink, _ workload: String = "reading") async -> Int {
        await sink.rows.filter { $0.workload == workload }.map(\.round).max() ?? 0
    }

    @Test func aQuietPairStopsAtTheLeastRounds() async throws {
        let fixture = try fixture()
        let (sink, record) = (MemorySink(), ScheduleMemory())
        let closed = Mutex<[PairState]>([])
        let experiment = fixture.experiment(sink: sink, record: record) { event in
            if case .closed(let pair) = event { closed.withLock { $0.append(pair) } }
        }
        #expect(await experiment.run() == .completed)
        #expect(await sink.rows.count == 20)
        #expect(await record.stop("quiet") == "precision 10")
        #expect(closed.withLock { $0.map(\.closing) } == [PairState.Closing(round: 10, reason: .precision)])
        let pair = try #require(await record.pairs.first)
        #expect(pair.rounds == 10 && pair.halfWidth == 0 && pair.target == 0.02)
    }

    @Test func aNoisyPairStopsAtTheMostRounds() async throws {
        let fixture = try fixture(["native", "noisy"])
        let (sink, record) = (MemorySink(), ScheduleMemory())
        #expect(await fixture.experiment(sink: sink, record: record).run() == .completed)
        #expect(await rounds(sink) == 14)
        #expect(await record.stop("noisy") == "n_max 14")
    }

    @Test func aClosedPairGoesOnToTheBoundaryAndUsesAllItsRounds() async throws {
        let fixture = try fixture(["native", "quiet", "calm"])
        let (sink, record) = (MemorySink(), ScheduleMemory())
        #expect(await fixture.experiment(sink: sink, record: record).run() == .completed)
        #expect(await rounds(sink) == 12)
        #expect(await record.stop("calm") == "precision 10")
        #expect(await record.pairs.map(\.rounds) == [12, 12])
        // Each environment sat equally often in each slot.
        for slot in 0..<3 {
            let names = await sink.rows.filter { $0.slot == slot }.map(\.environment)
            for name in ["native", "quiet", "calm"] { #expect(names.count { $0 == name } == 4) }
        }
    }

    @Test func aWorkloadStaysWhileOneOfItsPairsIsOpenAndOthersLeave() async throws {
        let fixture = try fixture(workloads: [.reading, .reading.named("noisy")])
        let (sink, record) = (MemorySink(), ScheduleMemory())
        #expect(await fixture.experiment(sink: sink, record: record).run() == .completed)
        #expect(await rounds(sink) == 10)
        #expect(await rounds(sink, "noisy") == 14)
        #expect(await record.stop("quiet") == "precision 10")
        #expect(await record.stop("quiet", "noisy") == "n_max 14")
    }

    @Test func theCasesOfAWorkloadStayTogether() async throws {
        var workload = Workload.reading
        workload.command = ["measure", "{size}"]
        workload.cases = [Case(["size": "small"]), Case(["size": "noisy"])]
        let fixture = try fixture(workloads: [workload, .reading.named("other")])
        let (sink, record) = (MemorySink(), ScheduleMemory())
        #expect(await fixture.experiment(sink: sink, record: record).run() == .completed)
        let small = await sink.rows.filter { $0.caseLabel == "size=small" }
        #expect(small.map(\.round).max() == 14)
        #expect(await rounds(sink, "other") == 10)
        #expect(await record.pairs.map(\.closedAt) == [10, 14, 10])
    }

    @Test func anEnvironmentsOwnTargetDecides() async throws {
        var fixture = try fixture(["native", "noisy"])
        fixture.plan.environments[1].halfWidth = 0.9
        let record = ScheduleMemory()
        #expect(await fixture.experiment(sink: MemorySink(), record: record).run() == .completed)
        #expect(await record.stop("noisy") == "precision 10")
    }

    @Test func theBudgetEndsItBetweenRounds() async throws {
        var fixture = try fixture()
        let whole = MemorySink()
        _ = await fixture.experiment(sink: whole).run()
        fixture.plan.budget = .milliseconds(1)
        let (sink, record) = (MemorySink(), ScheduleMemory())
        #expect(await fixture.experiment(sink: sink, record: record).run() == .budget)
        let rows = await sink.rows
        #expect(rows.count < 20 && rows.count.isMultiple(of: 2))
        #expect(await record.stop("quiet") == "budget \(rows.count / 2)")
    }

    @Test func aResumedRunGoesOnWhereItWas() async throws {
        var fixture = try fixture()
        let whole = MemorySink()
        _ = await fixture.experiment(sink: whole).run()
        let all = await whole.rows
        // The eighth round was cut off after its first cell.
        fixture.resume(after: Array(all.prefix(15)))
        let (sink, record) = (MemorySink(), ScheduleMemory())
        #expect(await fixture.experiment(sink: sink, record: record).run() == .completed)
        let rows = await sink.rows
        #expect(rows.map(\.round) == [8, 8, 9, 9, 10, 10])
        #expect(rows.map(\.environment) == all.suffix(6).map(\.environment))
        #expect(await record.stop("quiet") == "precision 10")
        #expect(await record.pairs.first?.rounds == 10)
        fixture.resume(after: rows)
        #expect(await fixture.experiment(sink: sink, record: record).run() == .completed)
        #expect(await sink.rows.count == 6)
        #expect(await record.stop("quiet") == "precision 10")
    }

    @Test func aPairThatNeverHasAValueIsGivenUpAfterTheLeastRounds() async throws {
        var fixture = try fixture()
        fixture.script.run = { environment, _ in
            environment == "quiet"
                ? Execution(termination: .exited(1), errorOutput: Array("no\n".utf8))
                : Execution(termination: .exited(0), output: Array("value 1\n".utf8))
        }
        let (sink, record) = (MemorySink(), ScheduleMemory())
        #expect(await fixture.experiment(sink: sink, record: record).run() == .completed)
        #expect(await rounds(sink) == 10)
        #expect(await record.stop("quiet") == "failed 10")
    }

    @Test func aLostEnvironmentIsClosedAndTheOthersGoOn() async throws {
        var fixture = try fixture(["native", "quiet", "gone"])
        fixture.script.create = { environment in
            if environment == "gone" {
                throw DriverError(subject: "gone/create", detail: "no answer", isDaemonGone: true)
            }
        }
        let (sink, record) = (MemorySink(), ScheduleMemory())
        #expect(await fixture.experiment(sink: sink, record: record).run() == .completed)
        #expect(await record.stop("gone") == "unavailable 1")
        #expect(await record.stop("quiet") == "precision 10")
        #expect(await rounds(sink) == 12)
    }

    @Test func aRunWhoseNativeIsLostFails() async throws {
        var fixture = try fixture()
        fixture.script.create = { environment in
            if environment == "native" {
                throw DriverError(subject: "native/create", detail: "no answer", isDaemonGone: true)
            }
        }
        let ending = await fixture.experiment(sink: MemorySink()).run()
        guard case .failed(let reason) = ending else {
            Issue.record("ended as \(ending)")
            return
        }
        #expect(reason.hasPrefix("native cannot be used any more"))
    }

    @Test func keptInstancesAreLaunchedOnce() async throws {
        var fixture = try Fixture(rounds: 3)
        fixture.plan.reusesInstances = true
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        #expect(fixture.journal.count(of: "create") == 2)
        #expect(fixture.journal.count(of: "remove") == 2)
        #expect(await sink.rows.count == 6)
        #expect(Set(await sink.rows.map(\.instance)).count == 2)
        #expect(await sink.rows.filter { $0.environment == "box" }.map(\.position) == [1, 2, 3])
    }

    @Test func aForecastEndsWithThePairsAndWithTheBudget() async throws {
        let fixture = try fixture(workloads: [.reading, .reading.named("noisy")], .adaptive(maximum: 60))
        var states = fixture.plan.blocks.map { PairState(block: $0, environment: "quiet", target: 0.02) }
        func cells() -> Int {
            let rounds = Forecast.rounds(of: fixture.plan, states: states, progress: RunProgress())
            return rounds.reduce(0) { $0 + $1.blocks.count * 2 }
        }
        #expect(cells() == 240)
        states[0].needed = 4
        states[1].needed = 25
        #expect(cells() == 20 + 52)
        states[1].closing = PairState.Closing(round: 13, reason: .precision)
        #expect(cells() == 20 + 28)
        let estimate = TimeEstimate(plan: fixture.plan, book: DurationBook())
        #expect(estimate.cellsLeft == 240)
        let round = 2 * 2 * 2.0 + 2
        #expect(estimate.remaining() == 60 * round)
        #expect(estimate.remaining(budget: 3.5 * round) == 4 * round)
    }
}
