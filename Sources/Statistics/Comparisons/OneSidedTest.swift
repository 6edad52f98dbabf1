/// A rank statistic and its exact one-sided p-value.
public struct OneSidedTest: Sendable, Equatable {
    /// Number of pairwise values beyond the constant.
    public var statistic: Int
    /// Probability of so many or more where the constant is the truth.
    public var p: Double

    /// Creates a result.
    public init(statistic: Int, p: Double) {
        self.statistic = statistic
        self.p = p
    }
}

extension HodgesLehmann {
    /// Test of theta <= c against theta > c: W = #{w > c + 1e-12} over the Walsh averages, p = P(T+ >= W).
    ///
    /// - Returns: Nil when `d` is empty or a value is not finite.
    public static func testGreater(_ d: [Double], than c: Double) -> OneSidedTest? {
        guard Summary.isUsable(d), c.isFinite else { return nil }
        let distribution = SignedRankDistribution(count: d.count)
        let w = distribution.maximum - PairSelection.walshCount(d.sorted(), atMost: c + tie)
        return OneSidedTest(statistic: w, p: distribution.probability(atLeast: w))
    }

    /// Test of theta >= c against theta < c: W = #{w < c - 1e-12} over the Walsh averages, p = P(T+ >= W).
    ///
    /// - Returns: Nil when `d` is empty or a value is not finite.
    public static func testLess(_ d: [Double], than c: Double) -> OneSidedTest? {
        guard Summary.isUsable(d), c.isFinite else { return nil }
        let distribution = SignedRankDistribution(count: d.count)
        let w = PairSelection.walshCount(d.sorted(), below: c - tie)
        return OneSidedTest(statistic: w, p: distribution.probability(atLeast: w))
    }

    /// Test of a shift candidate - baseline <= c against > c: U = #{D > c + 1e-12} over all differences,
    /// p = P(U' >= U) under the exact Mann-Whitney distribution.
    ///
    /// - Returns: Nil when a sample is empty or a value is not finite.
    public static func testGreater(baseline: [Double], candidate: [Double], than c: Double) -> OneSidedTest? {
        guard Summary.isUsable(baseline), Summary.isUsable(candidate), c.isFinite else { return nil }
        let distribution = MannWhitneyDistribution(baseline.count, candidate.count)
        let within = PairSelection.differenceCount(baseline.sorted(), candidate.sorted(), atMost: c + tie)
        let u = distribution.maximum - within
        return OneSidedTest(statistic: u, p: distribution.probability(atLeast: u))
    }
}
