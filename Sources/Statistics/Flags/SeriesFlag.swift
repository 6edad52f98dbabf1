/// What can be wrong with a series of rounds, whatever its estimate is.
public enum SeriesFlag: String, Sendable, Equatable, CaseIterable {
    /// Rounds move with time, or depend on the one before.
    case drift
    /// Rounds fall into two groups.
    case clustered
    /// Iterations within a launch still become faster or slower.
    case notSteady = "not-steady"
    /// Single rounds lie far from all others.
    case outliers
    /// Few costly rounds carry the cost, so that the typical round does not tell it.
    case tailDominated = "tail-dominated"
    /// What ran right before makes a difference.
    case predecessor
}

/// A flag that is raised, with the figures that explain it.
public struct SeriesFinding: Sendable, Equatable {
    /// What was found; log ratios throughout, so that more than 0 costs more.
    public enum Figures: Sendable, Equatable {
        /// Rank correlation with the round and lag-1 autocorrelation; whether it is the first that decided.
        case drift(spearman: Double, lag1: Double, isTrend: Bool)
        /// The lower group's number of rounds, and the groups' means.
        case clustered(lowerCount: Int, lower: Double, upper: Double)
        /// Typical difference of second to first half of a launch, ln(second/first) of the metric's values.
        case notSteady(difference: Double)
        /// Places of the outlying rounds, from 0, and the greatest modified z.
        case outliers(places: [Int], largest: Double)
        /// ln of the cost ratio of all rounds together, and the typical round's estimate.
        case tailDominated(cost: Double, typical: Double)
        /// The predecessor, empty for none, whose rounds differ most, how their median differs from that of the
        /// others, and whether it is native's predecessor.
        case predecessor(name: String, shift: Double, isNatives: Bool)
    }

    /// The flag.
    public var flag: SeriesFlag
    /// Its p-value, adjusted after Holm over the run's series.
    public var p: Double
    /// What was found.
    public var figures: Figures

    /// Creates a finding.
    public init(flag: SeriesFlag, p: Double, figures: Figures) {
        self.flag = flag
        self.p = p
        self.figures = figures
    }
}
