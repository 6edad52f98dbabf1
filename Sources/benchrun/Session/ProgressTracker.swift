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
        /// Cells without a sound value, also from a later attempt.
        var failed: Set<String> = []
        var refused: Set<String> = []
        var began: UInt64?
        /// True where the time left is the most it can be, since nothing is known of some pair yet.
        var isBound = false
    }

    /// The time left as far as it is known.
    struct TimeLeft: Sendable, Equatable {
        var seconds: Double
        /// False while some of it is a guess.
        var isInformed: Bool
        /// True where it may turn out to be less, but hardly more.
        var isBound: Bool
    }

    private let plan: Plan
    private let progress: RunProgress
    private let display: ProgressDisplay
    private let state: Mutex<State>

    init(plan: Plan, progress: RunProgress, book: DurationBook, display: ProgressDisplay) {
        self.plan = plan
        self.display = display
        self.progress = progress
        // Until the pairs are known, the least rounds there can be.
        let left = Forecast.rounds(of: plan, states: [], progress: progress)
        state = Mutex(State(estimate: TimeEstimate(plan: plan, rounds: left, book: book)))
    }

    /// Cells that did not end as `ok`, nor when they were measured again.
    var failedCells: Int { state.withLock { $0.failed.count } }

    /// Environments with refused cells, by name.
    var refused: [String] { state.withLock { $0.refused.sorted() } }

    /// Must be called in the order of the events.
    func handle(_ event: ExperimentEvent) {
        endLaunch()
        switch event {
        case .began(let cells, let rounds):
            state.withLock { $0.began = RawClock.now() }
            display.beginMeasuring(headline: plan.run.text, cells: cells, rounds: rounds.upperBound)
            display.line(announcement(cells: cells))
        case .pilot(let launch, let count):
            display.pilot(launch, of: count)
        case .decided(let pilot): display.line(PairLine.decided(pilot))
        case .round(let number, _): display.round(number)
        case .replacing(let blocks):
            display.line(PairLine.replacing(blocks))
            display.more(cells: blocks.reduce(0) { $0 + $1.environments.count })
        case .pairs(let pairs): expect(pairs)
        case .closed(let pair): display.closed(pair)
        case .launching(let environment):
            state.withLock { $0.launching = (environment, RawClock.now()) }
            display.activity("launching \(environment)")
        case .cell(_, let block, let environment):
            display.activity("\(block.workload) in \(environment)")
        case .step(let text): display.step(text)
        case .measured(let cell):
            let left = state.withLock { state in
                state.estimate.finished(cell)
                let name = "\(cell.round)|\(cell.block.workload)|\(cell.block.caseLabel)|\(cell.environment)"
                if cell.outcome == .ok { state.failed.remove(name) } else { state.failed.insert(name) }
                if cell.outcome == .refused { state.refused.insert(cell.environment) }
                return timeLeft(state)
            }
            display.finished(cell, left)
        case .removing(let count): display.activity("removing \(count) instances")
        case .warning(let text): display.warning(text)
        case .ended: break
        }
    }

    private func timeLeft(_ state: State) -> TimeLeft {
        let budget = plan.budget.map { budget in
            budget / .seconds(1) - (state.began.map { Double(RawClock.now() - $0) / 1e9 } ?? 0)
        }
        return TimeLeft(
            seconds: state.estimate.remaining(budget: budget),
            isInformed: state.estimate.isInformed,
            isBound: state.isBound
        )
    }

    private func announcement(cells: Int) -> String {
        let left = state.withLock { timeLeft($0) }
        let note = left.isInformed ? "" : " (a guess: not all of it has been measured here before)"
        guard plan.stopping.mode == .adaptive else {
            return "run \(plan.run): \(cells) cells, about \(Durations.words(left.seconds))\(note)"
        }
        let most = plan.budget.map { ", at most \(Durations.words($0 / .seconds(1)))" } ?? ""
        return "run \(plan.run): \(plan.stopping.minimum) to \(plan.rounds) rounds, until every interval is narrow "
            + "enough; at least about \(Durations.words(left.seconds))\(note)\(most)"
    }

    /// Takes note of what the pairs still need.
    private func expect(_ pairs: [PairState]) {
        guard plan.stopping.mode == .adaptive else { return }
        let rounds = Forecast.rounds(of: plan, states: pairs, progress: progress)
        let (cells, left) = state.withLock { state in
            state.estimate.expect(rounds)
            state.isBound = pairs.contains { $0.closing == nil && $0.needed == nil }
            return (state.estimate.cellsLeft, timeLeft(state))
        }
        display.expect(pairs, cellsLeft: cells, left)
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
