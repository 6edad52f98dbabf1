import Glibc

/// Two one-sided tests (TOST) that a log ratio lies inside the band [-U, U], U = ln(1 + delta).
public struct Equivalence: Sendable, Equatable {
    /// The larger of the two one-sided signed-rank p-values at -U and U.
    public var pSignedRank: Double
    /// The larger of the two one-sided t p-values; nil under two values.
    public var pT: Double?
    /// The Hodges-Lehmann estimate with the interval that the verdict rests on.
    public var estimate: Estimate
    /// The verdict of the interval.
    public var verdict: Verdict

    /// Tests and verdict.
    ///
    /// - Parameters:
    ///   - d: Log ratios, one a round.
    ///   - delta: Half-width of the band as a fraction, above -1.
    ///   - alpha: One minus the confidence of the interval.
    /// - Returns: Nil when `d` is empty or a value is not finite.
    public static func test(_ d: [Double], delta: Double, alpha: Double) -> Equivalence? {
        let band = log(1 + delta)
        guard let estimate = HodgesLehmann.oneSample(d, alpha: alpha),
            let above = HodgesLehmann.testGreater(d, than: -band),
            let below = HodgesLehmann.testLess(d, than: band)
        else { return nil }
        return Equivalence(
            pSignedRank: max(above.p, below.p),
            pT: studentP(d, band: band),
            estimate: estimate,
            verdict: Verdict.of(estimate, delta: delta)
        )
    }

    private static func studentP(_ d: [Double], band: Double) -> Double? {
        guard let mean = Summary.mean(d), let sd = Summary.sd(d) else { return nil }
        if sd == 0 { return abs(mean) < band ? 0 : 1 }
        let error = sd / Double(d.count).squareRoot()
        // Inside the band: far above -U and far below U.
        let nearest = min(mean + band, band - mean) / error
        return StudentT.probability(atLeast: nearest, degrees: Double(d.count - 1))
    }
}
