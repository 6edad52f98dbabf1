import BenchrunModel
import Experiment
import Results
import Testing

/// Cells that a guard found invalid are measured again at the end.
@Suite struct ReplacementTests {
    /// A run of six rounds of which the cells of some rounds are invalid in `box`.
    private func run(invalid rounds: Set<Int>) async throws -> (fixture: Fixture, rows: [Sample]) {
        var fixture = try Fixture(workloads: [.reading, .reading.named("second")], rounds: 6)
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let rows = await sink.rows.map { row in
            var row = row
            if rounds.contains(row.round), row.environment == "box", row.workload == "reading" {
                row.outcome = .invalid
                row.reason = "2.5 % of its time was stolen"
            }
            return row
        }
        fixture.resume(after: rows)
        return (fixture, rows)
    }

    @Test func theWholeBlockIsMeasuredAgainAsAFurtherAttempt() async throws {
        let (fixture, before) = try await run(invalid: [4])
        let (sink, record) = (MemorySink(), ScheduleMemory())
        #expect(await fixture.experiment(sink: sink, record: record).run() == .completed)
        let rows = await sink.rows
        #expect(rows.map(\.round) == [4, 4])
        #expect(rows.map(\.attempt) == [2, 2])
        #expect(Set(rows.map(\.workload)) == ["reading"])
        // In the order of the round that is replaced: no environment is oftener first than before.
        #expect(
            rows.map(\.environment) == before.filter { $0.round == 4 && $0.workload == "reading" }.map(\.environment)
        )
        #expect(await record.pairs.map(\.rounds) == [6, 6])
        #expect(fixture.journal.count(of: "create") == fixture.journal.count(of: "remove"))
    }

    @Test func replacementsAreBounded() async throws {
        let (fixture, _) = try await run(invalid: [1, 2, 3, 5])
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        #expect(await sink.rows.map(\.round) == [1, 1, 2, 2])
    }

    @Test func aSoundRunHasNone() async throws {
        let (fixture, _) = try await run(invalid: [])
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        #expect(await sink.rows.isEmpty)
    }

    @Test func aPairThatIsPreciseWithoutThemNeedsNone() async throws {
        var fixture = try Fixture()
        fixture.measureUntilPrecise(.adaptive(maximum: 20))
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        var rows = await sink.rows
        for index in rows.indices where rows[index].round == 3 { rows[index].outcome = .invalid }
        fixture.resume(after: rows)
        // Nine sound rounds are not enough, eleven are: the rounds go on, and none is replaced.
        let (more, record) = (MemorySink(), ScheduleMemory())
        #expect(await fixture.experiment(sink: more, record: record).run() == .completed)
        #expect(await more.rows.map(\.round) == [11, 11, 12, 12])
        #expect(await record.stop("box") == "precision 11")
    }
}
