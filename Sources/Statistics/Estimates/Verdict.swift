import Glibc

/// What one interval says against one band of equivalence, [-ln(1 + delta), ln(1 + delta)].
public struct Verdict: Sendable, Equatable {
    /// The answer.
    public enum Kind: String, Sendable, Equatable, CaseIterable {
        /// The whole interval lies above the band.
        case slower
        /// The whole interval lies below the band.
        case faster
        /// The whole interval lies inside the band.
        case equivalent
        /// The interval crosses an edge of the band, or there is none.
        case inconclusive
    }

    /// On which side of no difference the interval lies.
    public enum Leaning: String, Sendable, Equatable, CaseIterable {
        /// The interval contains 0, or there is none.
        case none
        /// The interval lies above 0.
        case slower
        /// The interval lies below 0.
        case faster
    }

    /// The answer.
    public var kind: Kind
    /// Where the interval excludes 0.
    public var leaning: Leaning

    /// Creates a verdict.
    public init(kind: Kind, leaning: Leaning) {
        self.kind = kind
        self.leaning = leaning
    }

    /// The verdict of an interval of log ratios, positive being overhead.
    ///
    /// - Parameters:
    ///   - lower: Lower end; nil or NaN means no interval.
    ///   - upper: Upper end; nil or NaN means no interval.
    ///   - delta: The smallest change that matters, as a fraction.
    public static func of(lower: Double?, upper: Double?, delta: Double) -> Verdict {
        guard let lower, let upper, !lower.isNaN, !upper.isNaN else {
            return Verdict(kind: .inconclusive, leaning: .none)
        }
        let band = log(1 + delta)
        let leaning: Leaning = lower > 0 ? .slower : upper < 0 ? .faster : .none
        let kind: Kind
        if lower > band {
            kind = .slower
        } else if upper < -band {
            kind = .faster
        } else if -band < lower && upper < band {
            kind = .equivalent
        } else {
            kind = .inconclusive
        }
        return Verdict(kind: kind, leaning: leaning)
    }

    /// The verdict of an estimate; without one, `inconclusive`.
    public static func of(_ estimate: Estimate?, delta: Double) -> Verdict {
        of(lower: estimate?.lower, upper: estimate?.upper, delta: delta)
    }
}
