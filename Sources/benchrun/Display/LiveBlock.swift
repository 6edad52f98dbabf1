import BenchrunModel
import Experiment
import Glibc

/// The text of the live display, as pure functions of its state.
enum LiveBlock {
    /// Lines no wider than `width`.
    static func lines(_ state: ProgressDisplay.State, now: UInt64, began: UInt64, width: Int) -> [String] {
        var lines: [String] = []
        if state.total > 0 {
            lines += state.recent.map { "  " + $0 }
            lines.append("\(bar(state.done, of: state.total, width: 24)) \(counts(state))")
            lines.append("  \(Durations.clock(Double(now - began) / 1e9)) elapsed, \(left(state, now: now))")
            lines += PairLine.open(state.pairs, limit: 6)
        }
        if !state.activity.isEmpty {
            let seconds = Double(now - state.activityBegan) / 1e9
            let step = state.step.isEmpty ? "" : ": \(state.step)"
            lines.append("▸ \(state.activity)\(step) (\(Int(seconds)) s)")
        }
        return lines.map { String($0.prefix(max(20, width - 1))) }
    }

    private static func counts(_ state: ProgressDisplay.State) -> String {
        let isAdaptive = !state.pairs.isEmpty
        let cell = "cell \(min(state.done + 1, state.total)) of \(isAdaptive ? "about " : "")\(state.total)"
        if !state.pilot.isEmpty { return "\(state.pilot), \(cell)" }
        return "round \(state.round) of \(isAdaptive ? "at most " : "")\(state.rounds), \(cell)"
    }

    private static func left(_ state: ProgressDisplay.State, now: UInt64) -> String {
        guard let left = state.left else { return "time left is known after the first cells" }
        let rest = max(0, left.seconds - Double(now - state.leftComputedAt) / 1e9)
        let words = "\(left.isBound ? "at most" : "about") \(Durations.clock(rest)) left"
        return left.isInformed ? words : words + " (a guess until the first round is done)"
    }

    private static func bar(_ done: Int, of total: Int, width: Int) -> String {
        let filled = total > 0 ? min(width, done * width / total) : 0
        return "[" + String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled) + "]"
    }
}

/// One finished cell as a line.
enum CellLine {
    static func text(_ cell: CellSummary) -> String {
        let label = cell.block.caseLabel.isEmpty ? "" : "[\(cell.block.caseLabel)]"
        let name = "\(cell.block.workload)\(label) in \(cell.environment)"
        guard let value = cell.value, cell.outcome == .ok else {
            let reason = cell.reason.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            return "\(name): \(cell.outcome.rawValue): \(reason)"
        }
        return "\(name): \(Figures.short(value)) \(cell.unit)"
    }
}

/// Durations for people.
enum Durations {
    /// `4:07`, or `1:02:03` from an hour on.
    static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        let padded = rest < 10 ? "0\(rest)" : "\(rest)"
        guard hours > 0 else { return "\(minutes):\(padded)" }
        return "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(padded)"
    }

    /// `40 s`, `5 min`, `1 h 20 min`.
    static func words(_ seconds: Double) -> String {
        if seconds < 90 { return "\(Int(seconds.rounded())) s" }
        let minutes = Int((seconds / 60).rounded())
        return minutes < 90 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }
}

/// Figures for people.
enum Figures {
    /// Four significant digits: `4458`, `0.3127`, `31270`.
    static func short(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return "\(value)" }
        let magnitude = Int(log10(abs(value)).rounded(.down))
        if magnitude >= 3 { return String(Int(value.rounded())) }
        let scale = pow(10, Double(3 - magnitude))
        let rounded = (value * scale).rounded() / scale
        return "\(rounded)"
    }
}
