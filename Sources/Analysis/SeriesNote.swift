import Glibc
public import Statistics

extension SeriesFlag: Codable {}

/// A flag of a row's series, with its explanation.
public struct SeriesNote: Sendable, Codable, Equatable {
    /// The flag.
    public var flag: SeriesFlag
    /// Its p-value, adjusted after Holm over the run's series.
    public var p: Double
    /// The rounds that raised it, where it names some.
    public var rounds: [Int]
    /// What it means and what to do, in one sentence without the flag's name.
    public var sentence: String

    /// Puts a finding into words.
    ///
    /// - Parameters:
    ///   - finding: What was found.
    ///   - environment: The row's environment.
    ///   - rounds: The series' rounds.
    init(_ finding: SeriesFinding, environment: String, rounds: [Int]) {
        flag = finding.flag
        p = finding.p
        switch finding.figures {
        case .outliers(let places, _): self.rounds = places.filter { $0 < rounds.count }.map { rounds[$0] }
        default: self.rounds = []
        }
        sentence = Self.sentence(finding.figures, environment, self.rounds, count: rounds.count)
    }

    private static func sentence(
        _ figures: SeriesFinding.Figures,
        _ environment: String,
        _ rounds: [Int],
        count: Int
    ) -> String {
        switch figures {
        case .drift(let spearman, let lag, let isTrend):
            let way = spearman > 0 ? "grows" : "shrinks"
            let neighbours = lag > 0 ? "like" : "unlike"
            let what =
                isTrend
                ? "the overhead \(way) from round to round (rank correlation \(signed(spearman)))"
                : "rounds are more \(neighbours) the one before than chance allows (lag-1 \(signed(lag)))"
            return what + ": the interval takes rounds as independent and may be too narrow; look for what changes on "
                + "the host while it measures"
        case .clustered(let lowerCount, let lower, let upper):
            return
                "rounds fall into two groups, \(lowerCount) around \(percent(lower)) and \(count - lowerCount) around "
                + "\(percent(upper)): the estimate lies between and describes neither; look for what differs between "
                + "them in samples.csv"
        case .notSteady(let difference):
            return "the second half of a launch's iterations differs from the first by \(percent(difference)): it has "
                + "not warmed up, or slows down; raise 'warm-up' or 'iterations' in the workload's file"
        case .outliers(_, let largest):
            let list = rounds.map(String.init).joined(separator: ", ")
            return
                "round\(rounds.count == 1 ? "" : "s") \(list) \(rounds.count == 1 ? "lies" : "lie") far from all others "
                + "(modified z up to \(Int(min(largest, 9999).rounded()))); nothing is left out, and the estimate hardly "
                + "feels it, but the mean does"
        case .tailDominated(let cost, let typical):
            return
                "all rounds together cost \(percent(cost)), the typical one \(percent(typical)): a few rounds carry the "
                + "difference; if they are real for you, go by the cost of all"
        case .predecessor(let name, let shift, let isNatives):
            let subject = isNatives ? "native" : environment
            let when = name.isEmpty ? "comes first in its block" : "runs right after \(name)"
            return
                "when \(subject) \(when), the overhead is \(percent(shift)) from what it is otherwise: something is left "
                + "behind by what ran before; the schedule spreads it over all environments, but the rounds vary by it"
        }
    }

    /// `+0.62`, also for a correlation.
    private static func signed(_ value: Double) -> String {
        let hundredths = (value * 100).rounded() / 100
        return hundredths < 0 ? "\(hundredths)" : "+\(hundredths)"
    }

    /// A log ratio as a signed percentage.
    private static func percent(_ logRatio: Double) -> String {
        let tenths = (expm1(logRatio) * 1000).rounded() / 10
        let text = abs(tenths) >= 9.95 ? "\(Int(max(-9e15, min(9e15, tenths.rounded()))))" : "\(tenths)"
        return (tenths > 0 ? "+" : "") + text + " %"
    }
}
