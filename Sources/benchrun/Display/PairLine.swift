import BenchrunModel
import Experiment
import Results

/// Pairs of environments in words: how precise they are, and why they go on no longer.
enum PairLine {
    /// `±3.1 %`: a half-width on the log scale, where it is about a share.
    static func width(_ halfWidth: Double) -> String {
        let percent = halfWidth * 100
        guard percent < 1000 else { return "±\(Figures.short(percent)) %" }
        let tenths = (percent * 10).rounded() / 10
        return "±\(tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)") %"
    }

    /// One line for each pair that is still open, those that need most first, and how many there are.
    static func open(_ pairs: [PairState], limit: Int) -> [String] {
        guard !pairs.isEmpty else { return [] }
        let open = pairs.filter { $0.closing == nil }.sorted { ($0.needed ?? .max) > ($1.needed ?? .max) }
        guard !open.isEmpty else { return ["  all \(pairs.count) intervals are done"] }
        let shown = open.prefix(limit).map { pair in
            let now = pair.halfWidth.map { "\(width($0)) after \(pair.rounds)" } ?? "no interval after \(pair.rounds)"
            let needed = pair.needed.map { ", needs about \($0)" } ?? ""
            return "    \(name(pair)): \(now) rounds, wanted \(width(pair.target))\(needed)"
        }
        let more = open.count > limit ? ["    and \(open.count - limit) more"] : []
        return ["  \(open.count) of \(pairs.count) intervals are not yet narrow enough:"] + shown + more
    }

    /// `closed: xz in podman after round 12: precise enough (±1.9 %, wanted ±2 %)`
    static func closed(_ pair: PairState) -> String {
        guard let closing = pair.closing else { return "open: \(name(pair))" }
        let now = pair.halfWidth.map(width) ?? "no interval"
        return "closed: \(name(pair)) after round \(closing.round): \(words(closing.reason)) "
            + "(\(now), wanted \(width(pair.target)))"
    }

    /// `measuring again, because a guard found cells invalid: xz (round 3)`
    static func replacing(_ blocks: [Block]) -> String {
        let names = blocks.map { block in
            "\(name(block.key))\(block.replaces.map { " (round \($0))" } ?? "")"
        }
        return "measuring again, because a guard found cells invalid: \(names.joined(separator: ", "))"
    }

    /// `pilot: 4 iterations in each launch of xz (at most 16)`
    static func decided(_ pilot: PilotRecord) -> String {
        let block = BlockKey(workload: pilot.workload, caseLabel: pilot.caseLabel)
        let plural = pilot.iterations == 1 ? "" : "s"
        return "pilot: \(pilot.iterations) iteration\(plural) in each launch of \(name(block)) "
            + "(at most \(pilot.maximum))"
    }

    private static func words(_ reason: StopReason) -> String {
        switch reason {
        case .precision: "precise enough"
        case .maximum: "the most rounds are done"
        case .budget: "the budget is spent"
        case .fixed: "all rounds are done"
        case .interrupted: "interrupted"
        case .failed: "none of the first rounds gave a value"
        case .unavailable: "the environment cannot be used any more"
        }
    }

    private static func name(_ pair: PairState) -> String { "\(name(pair.block)) in \(pair.environment)" }

    private static func name(_ block: BlockKey) -> String {
        block.caseLabel.isEmpty ? block.workload : "\(block.workload)[\(block.caseLabel)]"
    }
}
