/// The two-sided Mann-Whitney test of two independent samples.
public struct MannWhitneyTest: Sendable, Equatable {
    /// U: the pairs with x > y, ties counted half.
    public var u: Double
    /// Two-sided p-value.
    public var p: Double

    /// Exact p = min(1, 2 P(U' >= max(U, mn - U))) from the distribution without ties; conservative with them.
    ///
    /// - Returns: Nil when a sample is empty or a value is not finite.
    public static func exact(_ x: [Double], _ y: [Double]) -> MannWhitneyTest? {
        guard let u = statistic(x, y) else { return nil }
        let distribution = MannWhitneyDistribution(x.count, y.count)
        let extreme = max(u, Double(distribution.maximum) - u).rounded(.up)
        return MannWhitneyTest(u: u, p: min(1, 2 * distribution.probability(atLeast: Int(extreme))))
    }

    /// Normal approximation p = min(1, 2 P(Z > (|U - mn/2| - 1/2)/s)) with s corrected for ties; 1 where all values
    /// are equal.
    ///
    /// - Returns: Nil when a sample is empty or a value is not finite.
    public static func asymptotic(_ x: [Double], _ y: [Double]) -> MannWhitneyTest? {
        guard let u = statistic(x, y) else { return nil }
        let m = Double(x.count)
        let n = Double(y.count)
        let all = m + n
        let ties = Ranks.tieSizes(x + y).reduce(0.0) { $0 + Double($1) * (Double($1) * Double($1) - 1) }
        let variance = m * n / 12 * (all + 1 - ties / (all * (all - 1)))
        guard variance > 0 else { return MannWhitneyTest(u: u, p: 1) }
        let z = (abs(u - m * n / 2) - 0.5) / variance.squareRoot()
        return MannWhitneyTest(u: u, p: min(1, 2 * Normal.probability(atLeast: z)))
    }

    private static func statistic(_ x: [Double], _ y: [Double]) -> Double? {
        guard Summary.isUsable(x), Summary.isUsable(y) else { return nil }
        let rankSum = Ranks.average(x + y).prefix(x.count).reduce(0, +)
        return rankSum - Double(x.count) * Double(x.count + 1) / 2
    }
}
