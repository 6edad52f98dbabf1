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
        guard let rounds = comparison.roundsNeeded else { return "?" }
        return rounds > 9999 ? ">9999" : "~\(rounds)"
    }

    /// Why there is no figure. That an environment was not available is said once, with the reason, not in every row.
    static func absence(_ result: MetricResult, native: MetricResult?, in analysis: RunAnalysis) -> String {
        let isUnavailable = analysis.environments.contains {
            $0.name == result.environment && $0.unavailable != nil
        }
        return isUnavailable ? "not available" : result.absence ?? native?.absence ?? "no round has both"
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
