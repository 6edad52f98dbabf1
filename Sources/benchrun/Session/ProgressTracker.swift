import BenchrunModel
import Experiment
import Foundation
import Host
import Synchronization

/// Turns an experiment's events into what the display shows, and learns how long cells take.
final class ProgressTracker: Sendable {
    private struct State {
        var estimate: TimeEstimate
        var launching: (environment: String, began: UInt64)?
        var failed = 0
        var refused: Set<String> = []
    }

    private let plan: Plan
    private let display: ProgressDisplay
    private let state: Mutex<State>

    init(plan: Plan, progress: RunProgress, book: DurationBook, display: ProgressDisplay) {
        self.plan = plan
        self.display = display
        let names = plan.environments.map(\.name)
        let left = plan.schedule().compactMap { round -> RoundPlan? in
            var round = round
            let number = round.number
            round.blocks.removeAll {
                progress.isComplete(RunProgress.Key(round: number, block: $0.key), environments: names)
            }
            return round.blocks.isEmpty ? nil : round
        }
        state = Mutex(State(estimate: TimeEstimate(plan: plan, rounds: left, book: book)))
    }

    /// Cells that did not end as `ok`.
    var failedCells: Int { state.withLock { $0.failed } }

    /// Environments with refused cells, by name.
    var refused: [String] { state.withLock { $0.refused.sorted() } }

    /// Must be called in the order of the events.
    func handle(_ event: ExperimentEvent) {
        endLaunch()
        switch event {
        case .began(let cells, let rounds):
            display.beginMeasuring(headline: plan.run.text, cells: cells, rounds: rounds.upperBound)
            let (seconds, informed) = state.withLock { ($0.estimate.remaining(), $0.estimate.isInformed) }
            let note = informed ? "" : " (a guess: not all of it has been measured here before)"
            display.line("run \(plan.run): \(cells) cells, about \(Durations.words(seconds))\(note)")
        case .round(let number, _): display.round(number)
        case .launching(let environment):
            state.withLock { $0.launching = (environment, RawClock.now()) }
            display.activity("launching \(environment)")
        case .cell(_, let block, let environment):
            display.activity("\(block.workload) in \(environment)")
        case .step(let text): display.step(text)
        case .measured(let cell):
            let (seconds, informed) = state.withLock { state in
                state.estimate.finished(cell)
                if cell.outcome != .ok { state.failed += 1 }
                if cell.outcome == .refused { state.refused.insert(cell.environment) }
                return (state.estimate.remaining(), state.estimate.isInformed)
            }
            display.finished(cell, secondsLeft: seconds, isInformed: informed)
        case .removing(let count): display.activity("removing \(count) instances")
        case .warning(let text): display.warning(text)
        case .ended: break
        }
    }

    private func endLaunch() {
        state.withLock { state in
            guard let launch = state.launching else { return }
            state.launching = nil
            state.estimate.launched(launch.environment, seconds: Double(RawClock.now() - launch.began) / 1e9)
        }
    }

    /// Keeps what was learnt for the estimates of later runs; it is a convenience, so a failure is of no account.
    func save(to path: String) {
        let book = state.withLock { $0.estimate.learnt }
        try? JSONEncoder().encode(book).write(to: URL(filePath: path), options: .atomic)
    }
}

extension DurationBook {
    /// The book of earlier runs, or an empty one.
    static func load(_ path: String) -> DurationBook {
        guard let bytes = try? Data(contentsOf: URL(filePath: path)),
            let book = try? JSONDecoder().decode(DurationBook.self, from: bytes)
        else { return DurationBook() }
        return book
    }
}
