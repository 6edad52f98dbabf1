import AgentProtocol
import BenchrunModel
import Experiment
import Foundation
import Synchronization
import Testing

@Suite struct ExperimentTests {
    @Test func oneRoundIsOrderedAndLeavesNothing() async throws {
        let fixture = try Fixture()
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let order = try #require(fixture.plan.schedule().first)
        let launches = order.launchOrder.flatMap {
            ["create \($0)", "start \($0)", "hello \($0)", "pause \($0)", "resume \($0)", "facts \($0)", "pause \($0)"]
        }
        let cells = order.blocks[0].environments.flatMap {
            ["resume \($0)", "run \($0) measure", "clear \($0)", "pause \($0)"]
        }
        let journal = fixture.journal.all
        #expect(Array(journal.prefix(launches.count + cells.count)) == launches + cells)
        #expect(Set(journal.suffix(4)) == ["close native", "remove native", "close box", "remove box"])
        let rows = await sink.rows
        #expect(rows.map(\.value) == [42.5, 42.5])
        #expect(rows.map(\.environment) == order.blocks[0].environments)
        #expect(rows.map(\.slot) == [0, 1])
    }

    @Test func aFailingCommandIsARowWithItsReasonAndNoValue() async throws {
        var fixture = try Fixture()
        fixture.script.run = { environment, _ in
            environment == "box"
                ? Execution(termination: .exited(3), errorOutput: Array("boom\n".utf8))
                : Execution(termination: .exited(0), output: Array("value 1\n".utf8))
        }
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let rows = await sink.rows
        let bad = try #require(rows.first { $0.environment == "box" })
        #expect(bad.outcome == .failed)
        #expect(bad.value == nil)
        #expect(bad.reason.contains("boom"))
        #expect(rows.first { $0.environment == "native" }?.value == 1)
        #expect(await sink.evidence.count == 1)
    }

    @Test func aBrokenInstanceIsReplaced() async throws {
        var fixture = try Fixture(workloads: [.reading, .reading.named("second")])
        let calls = Atomic<Int>(0)
        fixture.script.run = { environment, _ in
            if environment == "box", calls.add(1, ordering: .relaxed).oldValue == 0 {
                throw AgentError(.disconnected, subject: "box", detail: "the channel closed")
            }
            return Execution(termination: .exited(0), output: Array("value 1\n".utf8))
        }
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        #expect(fixture.journal.count(of: "create box") == 2)
        let outcomes = await sink.rows.filter { $0.environment == "box" }.map(\.outcome)
        #expect(outcomes == [.failed, .ok])
    }

    @Test func anEnvironmentWhoseDaemonIsGoneIsUnavailableFromThenOn() async throws {
        var fixture = try Fixture(rounds: 3)
        fixture.script.create = { environment in
            if environment == "box" {
                throw DriverError(subject: "box/create", detail: "no answer", isDaemonGone: true)
            }
        }
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let rows = await sink.rows
        #expect(rows.filter { $0.environment == "box" }.map(\.outcome) == Array(repeating: .unavailable, count: 3))
        #expect(rows.filter { $0.environment == "native" }.map(\.outcome) == Array(repeating: .ok, count: 3))
    }

    @Test func resumeMeasuresWhatALostEnvironmentMissed() async throws {
        var fixture = try Fixture(rounds: 2)
        let isLost = Atomic<Bool>(true)
        fixture.script.create = { environment in
            if environment == "box", isLost.load(ordering: .relaxed) {
                throw DriverError(subject: "box/create", detail: "no answer", isDaemonGone: true)
            }
        }
        let first = MemorySink()
        _ = await fixture.experiment(sink: first).run()
        for row in await first.rows { fixture.progress.note(row) }
        fixture.session = fixture.progress.lastSession + 1
        isLost.store(false, ordering: .relaxed)
        let second = MemorySink()
        #expect(await fixture.experiment(sink: second).run() == .completed)
        let rows = await second.rows
        #expect(rows.map(\.round).sorted() == [1, 1, 2, 2])
        #expect(rows.allSatisfy { $0.outcome == .ok && $0.attempt == 2 })
    }

    @Test func interruptionKeepsRowsRecordsTheCellAndRemovesInstances() async throws {
        var fixture = try Fixture(rounds: 4)
        let calls = Atomic<Int>(0)
        fixture.script.run = { _, _ in
            if calls.add(1, ordering: .relaxed).oldValue == 2 { try await Task.sleep(for: .seconds(30)) }
            return Execution(termination: .exited(0), output: Array("value 1\n".utf8))
        }
        let sink = MemorySink()
        let experiment = fixture.experiment(sink: sink)
        let task = Task { await experiment.run() }
        while calls.load(ordering: .relaxed) < 3 { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        #expect(await task.value == .interrupted)
        #expect(await sink.rows.map(\.outcome) == [.ok, .ok, .interrupted])
        #expect(fixture.journal.count(of: "create") == fixture.journal.count(of: "remove"))
    }

    @Test func resumeRepeatsOnlyWhatIsNotWhole() async throws {
        var fixture = try Fixture(rounds: 2)
        let first = MemorySink()
        _ = await fixture.experiment(sink: first).run()
        for row in await first.rows.dropLast() { fixture.progress.note(row) }
        fixture.session = fixture.progress.lastSession + 1
        let second = MemorySink()
        #expect(await fixture.experiment(sink: second).run() == .completed)
        let rows = await second.rows
        #expect(rows.map(\.round) == [2, 2])
        #expect(rows.map(\.attempt) == [2, 2])
        #expect(rows.map(\.session) == [2, 2])
    }

    @Test func aFullDiskEndsTheRunAndRemovesInstances() async throws {
        struct Full: Error, CustomStringConvertible { var description: String { "samples.csv: no space left" } }
        let fixture = try Fixture()
        let ending = await fixture.experiment(sink: MemorySink(refusal: Full())).run()
        #expect(ending == .failed("samples.csv: no space left"))
        #expect(fixture.journal.count(of: "create") == fixture.journal.count(of: "remove"))
    }

    @Test func aLifeIsTimedInPhasesThatSumToReady() async throws {
        let fixture = try Fixture(workloads: [.life])
        let sink = MemorySink()
        #expect(await fixture.experiment(sink: sink).run() == .completed)
        let rows = await sink.rows
        let native = rows.filter { $0.environment == "native" }
        func value(_ phase: Phase) throws -> Double {
            try #require(native.first { $0.metric == phase.rawValue }?.value)
        }
        let parts = try value(.create) + value(.start) + value(.firstFrame) + value(.firstCommand)
        #expect(abs(parts - (try value(.ready))) < 1e-9)
        #expect(try value(.bareExec) == 0.0007)
        #expect(!rows.contains { $0.environment == "box" && $0.metric == Phase.bareExec.rawValue })
    }
}
