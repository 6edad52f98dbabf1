import Glibc

/// Arithmetic mean with Student's interval, for comparison with the primary estimator.
public struct MeanInterval: Sendable, Equatable {
    /// The mean.
    public var mean: Double
    /// Lower end; nil under two values.
    public var lower: Double?
    /// Upper end; nil under two values.
    public var upper: Double?

    /// Mean and interval mean +- t((1 + confidence)/2, n - 1) s/sqrt(n), in the unit of `x`.
    ///
    /// - Parameter confidence: In 0..<1; outside of it there is no interval.
    /// - Returns: Nil when `x` is empty or holds a value that is not finite.
    public static func of(_ x: [Double], confidence: Double) -> MeanInterval? {
        guard let mean = Summary.mean(x) else { return nil }
        guard let sd = Summary.sd(x), confidence >= 0, confidence < 1 else {
            return MeanInterval(mean: mean, lower: nil, upper: nil)
        }
        let n = Double(x.count)
        let half = StudentT.quantile((1 + confidence) / 2, degrees: n - 1) * sd / n.squareRoot()
        return MeanInterval(mean: mean, lower: mean - half, upper: mean + half)
    }

    /// Geometric mean of the paired ratios environment / native with the interval of the mean log ratio, as ratios.
    ///
    /// - Returns: Nil when there are no pairs or a value is not positive and finite.
    public static func ratio(native: [Double], environment: [Double], confidence: Double) -> MeanInterval? {
        let d = LogRatio.of(native: native, environment: environment, higherIsBetter: false)
        guard let interval = of(d, confidence: confidence) else { return nil }
        return MeanInterval(
            mean: exp(interval.mean),
            lower: interval.lower.map { exp($0) },
            upper: interval.upper.map { exp($0) }
        )
    }
}
