import BenchrunModel
import Experiment
import Testing

@Suite struct ScheduleTests {
    private func plan(_ workloads: [String], rounds: Int, seed: UInt64 = 1) throws -> Plan {
        try Plan(
            run: #require(RunID("r")),
            seed: seed,
            rounds: rounds,
            budget: nil,
            workloads: workloads.map { Workload(name: $0, title: $0, workloadClass: .compute, metrics: []) },
            environments: ["native", "docker", "podman", "vm"].map { EnvironmentSpec(name: $0, driver: "fake") }
        )
    }

    @Test func everyRoundHoldsEveryCellOnce() throws {
        for round in try plan(["a", "b", "c"], rounds: 9).schedule() {
            #expect(round.blocks.map(\.key.workload).sorted() == ["a", "b", "c"])
            for block in round.blocks { #expect(Set(block.environments).count == 4) }
        }
    }

    @Test func environmentsSitEquallyOftenInEverySlot() throws {
        let schedule = try plan(["a"], rounds: 8).schedule()
        for slot in 0..<4 {
            let names = schedule.map { $0.blocks[0].environments[slot] }
            for name in ["native", "docker", "podman", "vm"] { #expect(names.count { $0 == name } == 2) }
        }
    }

    @Test func theSameSeedGivesTheSameOrderAndAnotherDoesNot() throws {
        let first = try plan(["a", "b"], rounds: 8).schedule()
        #expect(try plan(["a", "b"], rounds: 8).schedule() == first)
        #expect(try plan(["a", "b"], rounds: 8, seed: 2).schedule() != first)
    }

    @Test func moreRoundsOrWorkloadsLeaveTheOrderOfABlockAsItWas() throws {
        func orders(_ plan: Plan) -> [[String]] {
            plan.schedule().compactMap { $0.blocks.first { $0.key.workload == "a" }?.environments }
        }
        let few = try orders(plan(["a"], rounds: 5))
        #expect(try Array(orders(plan(["a", "b"], rounds: 11)).prefix(5)) == few)
    }

    @Test func theEstimateCountsDown() throws {
        let plan = try plan(["a"], rounds: 2)
        var estimate = TimeEstimate(plan: plan, book: DurationBook())
        let before = estimate.remaining()
        #expect(before > 0)
        #expect(!estimate.isInformed)
        for round in plan.schedule() {
            for block in round.blocks {
                for environment in block.environments {
                    estimate.finished(
                        CellSummary(
                            round: round.number,
                            block: block.key,
                            environment: environment,
                            outcome: .ok,
                            value: 1,
                            unit: "u",
                            reason: "",
                            duration: 3_000_000_000
                        )
                    )
                }
            }
        }
        #expect(estimate.remaining() == 0)
        #expect(estimate.isInformed)
        #expect(estimate.learnt.cells.values.allSatisfy { $0 == 3 })
    }
}
