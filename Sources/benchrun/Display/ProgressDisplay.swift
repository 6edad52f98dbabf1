import BenchrunModel
import Experiment
import Glibc
import Host
import Synchronization

/// Shows on standard error what happens: a live block of lines on a terminal, one line an event in a log.
///
/// The live block is drawn by a thread of its own, twice a second, so that neither a busy cooperative pool nor a
/// blocked task makes it stand still.
final class ProgressDisplay: Sendable {
    /// What the drawing thread reads.
    struct State: Sendable {
        var headline = ""
        var activity = ""
        var activityBegan: UInt64 = 0
        var step = ""
        var recent: [String] = []
        var done = 0
        var total = 0
        var round = 0
        /// Which launch of the pilot is under way; empty in the rounds.
        var pilot = ""
        var rounds = 0
        var left: ProgressTracker.TimeLeft?
        /// Pairs of a run whose number of rounds is adaptive; empty where it is fixed.
        var pairs: [PairState] = []
        var leftComputedAt: UInt64 = 0
        var drawnLines = 0
        var isStopped = false
    }

    private let state = Mutex(State())
    private let began: UInt64
    private let isLive: Bool
    private let screen: Screen
    private let isQuiet: Bool

    /// Begins to draw where standard error is a terminal.
    init(live: Bool, quiet: Bool) {
        began = RawClock.now()
        isLive = live && !quiet
        isQuiet = quiet
        screen = Screen(isLive: isLive)
        guard isLive else { return }
        DedicatedThread.start(name: "display") { [self] in drawUntilStopped() }
    }

    /// A line that stays.
    func line(_ text: String) {
        guard !isQuiet else { return }
        answer(text)
    }

    /// A line that stays, also with `--quiet`: the answer to a signal.
    func answer(_ text: String) {
        state.withLock { state in
            screen.printAbove(text, drawnLines: &state.drawnLines)
            if isLive { draw(&state) }
        }
    }

    /// What is being done now, before and after the measurement; a line in a log.
    func activity(_ text: String) {
        let isNew = state.withLock { state in
            let isNew = state.activity != text
            if isNew {
                state.activity = text
                state.activityBegan = RawClock.now()
                state.step = ""
            }
            return isNew
        }
        if isNew, !isLive { line(text) }
    }

    /// What the activity does now; not shown in a log.
    func step(_ text: String) {
        state.withLock { $0.step = text }
    }

    /// A line that stays, marked as a warning.
    func warning(_ text: String) {
        line("warning: \(text)")
    }

    /// Begins the measurement.
    func beginMeasuring(headline: String, cells: Int, rounds: Int) {
        state.withLock {
            $0.headline = headline
            $0.done = 0
            $0.recent = []
            $0.total = cells
            $0.rounds = rounds
        }
    }

    /// Takes note of a launch of the pilot; a line in a log.
    func pilot(_ launch: Int, of count: Int) {
        let text = "pilot, launch \(launch) of \(count)"
        state.withLock { $0.pilot = text }
        if !isLive { line("\(text): how many iterations is a launch worth?") }
    }

    /// Takes note of a round.
    func round(_ number: Int) {
        state.withLock {
            $0.round = number
            $0.pilot = ""
        }
    }

    /// Takes note of cells that are measured again.
    func more(cells: Int) {
        state.withLock { $0.total += cells }
    }

    /// Takes note of a finished cell.
    func finished(_ cell: CellSummary, _ left: ProgressTracker.TimeLeft) {
        let text = CellLine.text(cell)
        state.withLock { state in
            state.done += 1
            state.left = left
            state.leftComputedAt = RawClock.now()
            state.recent.append(text)
            if state.recent.count > 4 { state.recent.removeFirst() }
        }
        if !isLive {
            let done = state.withLock { "\($0.done)/\($0.pairs.isEmpty ? "" : "~")\($0.total)" }
            let words = left.isBound ? "at most" : "about"
            let time = left.isInformed ? ", \(words) \(Durations.words(left.seconds)) left" : ""
            line("[\(done)] \(cell.round == 0 ? "pilot" : "round \(cell.round)"): \(text)\(time)")
        }
    }

    /// Takes note of how precise the pairs are, and of how many cells they are likely to need.
    func expect(_ pairs: [PairState], cellsLeft: Int, _ left: ProgressTracker.TimeLeft) {
        state.withLock { state in
            state.pairs = pairs
            state.total = state.done + cellsLeft
            state.left = left
            state.leftComputedAt = RawClock.now()
        }
    }

    /// A pair needs no further round; a line in a log, where the live display shows the open ones.
    func closed(_ pair: PairState) {
        if !isLive { line(PairLine.closed(pair)) }
    }

    /// Ends drawing and removes the live block.
    func stop() {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            screen.erase(&state.drawnLines)
        }
    }

    private func drawUntilStopped() {
        while true {
            let stopped = state.withLock { state in
                if !state.isStopped { draw(&state) }
                return state.isStopped
            }
            if stopped { return }
            usleep(500_000)
        }
    }

    private func draw(_ state: inout State) {
        guard !state.isStopped else { return }
        screen.draw(LiveBlock.lines(state, now: RawClock.now(), began: began, width: screen.width), &state.drawnLines)
    }
}
