import Analysis
import BenchrunModel
import Glibc
import Results
import Statistics

/// What stands beside a row: flags of its series, and the companion estimate.
enum RowNotes {
    /// The flags of a row's series and of its launches, one text each: `drift: the overhead grows ...`
    static func flags(_ result: MetricResult) -> [String] {
        result.notes.map { "\($0.flag.rawValue): \(Printable.line($0.sentence, limit: 400))" }
            + result.cellNotes.map { note in
                "\(note.flag.rawValue) in \(note.rounds) of \(result.launches.count) launches: \(words(note.flag))"
            }
    }

    /// What a flag of a launch means for the figure beside it.
    private static func words(_ flag: CellFlag) -> String {
        switch flag {
        case .clock: "the guest's clock and the host's disagree, and its times with them"
        case .steal: "the hypervisor below took CPU time away"
        case .runDelay: "the virtual CPU was ready and waited for its CPU"
        case .busyCPU: "other programs ran on the measured CPUs"
        case .throttled: "the CPU quota held it back"
        case .cached: "a cache served what the tool claims to have read from the device"
        case .notDurable: "what the tool claims to be durable did not reach the device; the figure is that of memory"
        case .closedLoop: "requests wait for earlier answers, which hides what a stall costs"
        case .fewRequests: "fewer requests than the quantile takes"
        }
    }

    /// The flags of native's series of a group, which has no row of its own.
    static func nativeFlags(_ group: ResultGroup) -> [String] {
        (group.native.map(flags) ?? []).map { "native, \($0)" }
    }

    /// `all 24 rounds together: +3.1 % (+2.8 to +3.4 %), approximate`; empty without the companion estimate.
    static func cost(_ comparison: Comparison) -> [String] {
        guard let cost = comparison.cost else { return [] }
        let interval = "\(Format.overhead(log(cost.lower))) to \(Format.overhead(log(cost.upper)))"
        return [
            "all \(cost.rounds) rounds together: \(Format.overhead(log(cost.ratio))) (\(interval)), approximate"
        ]
    }
}

/// How small a difference could have been seen, in sentences.
enum NoiseFloorWords {
    /// One sentence a workload, or one that says that nothing is known.
    static func sentences(_ analysis: RunAnalysis) -> [String] {
        if analysis.origin != nil {
            return ["the values were imported: what this host's calibration says is of no use for them"]
        }
        guard !analysis.visible.isEmpty else {
            return [
                "this host is not calibrated for these workloads: 'benchrun calibrate' measures how small a difference "
                    + "can be seen here"
            ]
        }
        var order: [String] = []
        var byLabel: [String: [VisibleDifference]] = [:]
        for difference in analysis.visible {
            if byLabel[difference.label] == nil { order.append(difference.label) }
            byLabel[difference.label, default: []].append(difference)
        }
        let unknown = ResultGroup.all(of: analysis).compactMap(\.first).filter { byLabel[$0.label] == nil }.map(\.label)
        let rest = unknown.isEmpty ? [] : ["not calibrated here: \(Wording.conjunction(unknown))"]
        return order.flatMap { label in sentences(label, byLabel[label] ?? []) } + rest
    }

    /// Environments with the same number of rounds and the same figure share a sentence.
    private static func sentences(_ label: String, _ differences: [VisibleDifference]) -> [String] {
        var order: [String] = []
        var names: [String: [String]] = [:]
        for difference in differences {
            let text = sentence(difference)
            if names[text] == nil { order.append(text) }
            names[text, default: []].append(difference.environment)
        }
        return order.map { text in
            let environments = order.count == 1 ? "" : " in \(Wording.conjunction(names[text] ?? []))"
            return Printable.line("\(label)\(environments): \(text)", limit: 400)
        }
    }

    private static func sentence(_ difference: VisibleDifference) -> String {
        let rounds = Wording.count(difference.rounds, "round")
        guard let smallest = difference.smallest else { return "\(rounds) are too few to see any difference" }
        let basis = difference.isComplete ? "" : ", by native's noise alone"
        return "a difference under \(Format.share(expm1(smallest))) cannot be seen here in \(rounds)\(basis)"
    }
}
