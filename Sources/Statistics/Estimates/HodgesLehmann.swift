/// The primary estimator: the median of pairwise values with the exact, distribution-free interval.
///
/// Source: Hodges and Lehmann (1963); Hollander, Wolfe and Chicken (2014), sections 3.2, 3.3, 4.2 and 4.3.
public enum HodgesLehmann {
    /// Distance that keeps ties ties in floating point when pairs are compared with a constant.
    static let tie = 1e-12

    /// One sample: the median of the Walsh averages w = (d[i] + d[j])/2, i <= j, M = n(n + 1)/2 of them.
    ///
    /// With k = #{t : P(T+ <= t) <= alpha/2} the interval is [w(k), w(M + 1 - k)]; k = 0 means no interval, which is
    /// so for n < 6 at alpha = 0.05.
    ///
    /// - Parameters:
    ///   - d: One value a round, for benchrun a log ratio.
    ///   - alpha: One minus the wanted confidence, in 0..<1; outside of it there is no interval.
    /// - Returns: The estimate in the unit of `d`; nil when `d` is empty or holds a value that is not finite.
    public static func oneSample(_ d: [Double], alpha: Double) -> Estimate? {
        guard Summary.isUsable(d) else { return nil }
        return oneSample(sorted: d.sorted(), alpha: alpha, distribution: SignedRankDistribution(count: d.count))
    }

    /// Two independent samples: the median of all differences candidate - baseline, M = mn of them.
    ///
    /// - Returns: The estimate, its interval from the exact Mann-Whitney distribution; nil when a sample is empty or
    ///   holds a value that is not finite.
    public static func twoSample(baseline: [Double], candidate: [Double], alpha: Double) -> Estimate? {
        guard Summary.isUsable(baseline), Summary.isUsable(candidate) else { return nil }
        let x = baseline.sorted()
        let y = candidate.sorted()
        let distribution = MannWhitneyDistribution(x.count, y.count)
        let rank = distribution.rank(level: alpha / 2)
        let select = { PairSelection.difference(x, y, rank: $0) }
        return Estimate(
            value: PairSelection.median(count: distribution.maximum, select: select),
            lower: rank > 0 ? select(rank) : nil,
            upper: rank > 0 ? select(distribution.maximum + 1 - rank) : nil,
            rank: rank,
            achievedConfidence: rank > 0 ? 1 - 2 * distribution.probability(atMost: rank - 1) : nil,
            count: min(x.count, y.count)
        )
    }

    /// The estimate alone, without the distribution that its interval takes; `d` is known to be usable.
    static func value(_ d: [Double]) -> Double {
        let sorted = d.sorted()
        return PairSelection.median(count: d.count * (d.count + 1) / 2) { PairSelection.walsh(sorted, rank: $0) }
    }

    static func oneSample(sorted d: [Double], alpha: Double, distribution: SignedRankDistribution) -> Estimate {
        let rank = distribution.rank(level: alpha / 2)
        let select = { PairSelection.walsh(d, rank: $0) }
        return Estimate(
            value: PairSelection.median(count: distribution.maximum, select: select),
            lower: rank > 0 ? select(rank) : nil,
            upper: rank > 0 ? select(distribution.maximum + 1 - rank) : nil,
            rank: rank,
            achievedConfidence: rank > 0 ? 1 - 2 * distribution.probability(atMost: rank - 1) : nil,
            count: d.count
        )
    }
}
