import Analysis
import BenchrunModel
import Results
import Statistics

/// Words that all reports use for the same thing.
enum Wording {
    /// `slower`, `inconclusive, leans faster`
    static func verdict(_ comparison: Comparison) -> String {
        guard comparison.verdict == .inconclusive else { return comparison.verdict.rawValue }
        if comparison.estimate?.lower == nil { return "no interval" }
        return switch comparison.leaning {
        case .none: "inconclusive"
        case .slower: "inconclusive, leans slower"
        case .faster: "inconclusive, leans faster"
        }
    }

    /// The tone of a verdict.
    static func tone(_ comparison: Comparison) -> TextTable.Tone {
        switch comparison.verdict {
        case .slower: .bad
        case .faster, .equivalent: .good
        case .inconclusive: .open
        }
    }

    /// Rounds needed for the wanted half-width: `enough`, `~38`, `?`
    static func roundsNeeded(_ comparison: Comparison) -> String {
        if comparison.isPrecise { return "enough" }
        if comparison.unpaired != nil { return "" }
        guard let rounds = comparison.roundsNeeded else { return "?" }
        return rounds > 9999 ? ">9999" : "~\(rounds)"
    }

    /// What a row's figure is made of: `rounds`, or `values` where they belong to no rounds.
    static func counted(_ analysis: RunAnalysis) -> String { analysis.isUnpaired ? "values" : "rounds" }

    /// How many rounds, and who decided it: `6 of 6 rounds`, `24 rounds (10 to 60, until precise)`
    static func rounds(_ analysis: RunAnalysis) -> String {
        if let origin = analysis.origin {
            let tool = Printable.line(origin.tool, limit: 100)
            return origin.isPaired
                ? "\(count(analysis.measuredRounds, "round")) imported from \(tool)"
                : "imported from \(tool) without rounds, at most \(count(analysis.measuredRounds, "value")) a series"
        }
        let rule = analysis.stopping
        let words =
            rule.mode == .fixed
            ? "\(analysis.measuredRounds) of \(count(analysis.plannedRounds, "round"))"
            : "\(count(analysis.measuredRounds, "round")) (\(rule.minimum) to \(rule.maximum), until precise)"
        return words + (analysis.reusesInstances ? ", conditional on instance" : "")
    }

    /// The half-width wanted where an environment's file names none: `±2 %`
    static func target(_ analysis: RunAnalysis) -> String {
        "±\(Format.number(analysis.stopping.halfWidth * 100, digits: 3)) %"
    }

    /// Whether rows stopped for other reasons than that all planned rounds were done.
    static func hasStops(_ analysis: RunAnalysis) -> Bool {
        analysis.primary.contains { result in result.comparison?.stop.map { $0.reason != .fixed } ?? false }
    }

    /// Why a row stopped, in short words: `precise at 12`, `budget`
    static func stop(_ comparison: Comparison?) -> String {
        guard let stop = comparison?.stop else { return "" }
        return switch stop.reason {
        case .precision: "precise" + (stop.round.map { " at \($0)" } ?? "")
        case .maximum: "most rounds"
        case .budget: "budget"
        case .fixed: "fixed"
        case .interrupted: "interrupted"
        case .failed: "failed"
        case .unavailable: "lost"
        case nil: "cut off"
        }
    }

    /// Why there is no figure. That an environment was not available is said once, with the reason, not in every row.
    static func absence(_ result: MetricResult, native: MetricResult?, in analysis: RunAnalysis) -> String {
        let isUnavailable = analysis.environments.contains {
            $0.name == result.environment && $0.unavailable != nil
        }
        if isUnavailable { return "not available" }
        let reason = analysis.isUnpaired ? "no value above 0 on one side" : "no round has both"
        return result.absence ?? native?.absence ?? reason
    }

    /// Whether a metric is better lower or higher, for a column.
    static func direction(_ metric: MetricRecord) -> String {
        switch metric.better {
        case .lower: "lower is better"
        case .higher: "higher is better"
        case .none: "neither way is better"
        }
    }

    /// `all 10 workloads`
    static func suite(_ suite: SuiteResult) -> String {
        switch suite.workloads.count {
        case 0: "all workloads"
        case 1: "1 workload"
        case let count: "all \(count) workloads"
        }
    }

    /// `a`, `a and b`, `a, b and c`
    static func conjunction(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }

    /// `1 round`, `6 rounds`
    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
