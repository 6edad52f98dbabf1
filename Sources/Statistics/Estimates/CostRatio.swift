import Glibc

/// The companion of the primary estimate: what all rounds together cost, sum(environment)/sum(native), with a
/// percentile bootstrap over rounds. Approximate, and to be labelled so.
public struct CostRatio: Sendable, Equatable {
    /// The ratio of the sums.
    public var value: Double
    /// Lower end of the bootstrap interval.
    public var lower: Double
    /// Upper end of the bootstrap interval.
    public var upper: Double

    /// The fewest rounds for which the interval is worth printing.
    public static let leastRounds = 20

    /// Ratio and interval. Each resample draws n round indices with ``Xoshiro256/below(_:)``, shared by both arrays;
    /// the ends are type-7 quantiles of the resampled ratios at alpha/2 and 1 - alpha/2.
    ///
    /// - Parameters:
    ///   - native: One positive value a round.
    ///   - environment: The same rounds' values; as many as `native`.
    ///   - resamples: B, at least 1.
    ///   - seed: The same seed gives the same interval.
    ///   - alpha: One minus the confidence, in 0...1.
    /// - Returns: Nil when there are no rounds, a value is not positive and finite, or a parameter is out of range.
    public static func bootstrap(
        native: [Double],
        environment: [Double],
        resamples: Int = 2000,
        seed: UInt64,
        alpha: Double = 0.05
    ) -> CostRatio? {
        precondition(native.count == environment.count, "cost ratio: both arrays hold the same rounds")
        guard Summary.isUsable(native), Summary.isUsable(environment), resamples > 0,
            native.allSatisfy({ $0 > 0 }), environment.allSatisfy({ $0 > 0 })
        else { return nil }
        var generator = Xoshiro256(seed: seed)
        let n = native.count
        var ratios: [Double] = []
        ratios.reserveCapacity(resamples)
        for _ in 0..<resamples {
            var below = 0.0
            var above = 0.0
            for _ in 0..<n {
                let round = generator.below(n)
                below += native[round]
                above += environment[round]
            }
            ratios.append(above / below)
        }
        guard let ends = Summary.quantiles(ratios, [alpha / 2, 1 - alpha / 2]) else { return nil }
        return CostRatio(
            value: environment.reduce(0, +) / native.reduce(0, +),
            lower: ends[0],
            upper: ends[1]
        )
    }

    /// Whether rare slow rounds carry so much of the cost that it lies more than delta/2 from the typical round's
    /// overhead: |ln(cost) - estimate| > delta/2, which is flagged `tail-dominated`.
    ///
    /// - Parameters:
    ///   - estimate: The Hodges-Lehmann estimate of ln(environment/native).
    ///   - delta: The smallest change that matters, as a fraction.
    public func isTailDominated(estimate: Double, delta: Double) -> Bool {
        abs(log(value) - estimate) > delta / 2
    }
}
