import Glibc

/// Location, spread and quantiles of one series.
///
/// Everywhere in this module a series with a NaN or an infinity in it has no answer: nil, never a number from the
/// values that are left. Which values belong to a series is for the caller to say, with a reason on record.
public enum Summary {
    /// Arithmetic mean, in the unit of `x`; nil when empty.
    public static func mean(_ x: [Double]) -> Double? {
        guard isUsable(x) else { return nil }
        return plainMean(x)
    }

    /// Standard deviation with n - 1, in the unit of `x`; nil under two values.
    public static func sd(_ x: [Double]) -> Double? {
        variance(x).map { $0.squareRoot() }
    }

    /// Variance with n - 1, in the squared unit of `x`; nil under two values.
    public static func variance(_ x: [Double]) -> Double? {
        guard isUsable(x), x.count >= 2 else { return nil }
        let mean = plainMean(x)
        return x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count - 1)
    }

    /// Median, the mean of the two middle values where the count is even; nil when empty.
    public static func median(_ x: [Double]) -> Double? {
        guard isUsable(x) else { return nil }
        return medianOfSorted(x.sorted())
    }

    /// Median absolute deviation from the median, not scaled to the normal distribution; nil when empty.
    public static func mad(_ x: [Double]) -> Double? {
        guard let median = median(x) else { return nil }
        return medianOfSorted(x.map { abs($0 - median) }.sorted())
    }

    /// Quantile of type 7 of Hyndman and Fan (1996), the default of R and numpy.
    ///
    /// - Parameter p: In 0...1.
    /// - Returns: Linear interpolation at `(n - 1) p`; nil when `x` is empty or `p` outside 0...1.
    public static func quantile(_ x: [Double], _ p: Double) -> Double? {
        quantiles(x, [p])?.first
    }

    /// Several quantiles of type 7 with one sort.
    public static func quantiles(_ x: [Double], _ p: [Double]) -> [Double]? {
        guard isUsable(x), p.allSatisfy({ $0 >= 0 && $0 <= 1 }) else { return nil }
        let sorted = x.sorted()
        return p.map { quantileOfSorted(sorted, $0) }
    }

    /// Geometric mean of ratios, `exp(mean(ln r))`; nil when empty or one is not positive.
    public static func geometricMean(_ ratios: [Double]) -> Double? {
        guard isUsable(ratios), ratios.allSatisfy({ $0 > 0 }) else { return nil }
        return exp(plainMean(ratios.map { log($0) }))
    }

    // MARK: What the module shares

    /// Whether a series is not empty and all its values are finite.
    static func isUsable(_ x: [Double]) -> Bool {
        !x.isEmpty && x.allSatisfy(\.isFinite)
    }

    /// Mean of values that are known to be usable.
    static func plainMean(_ x: [Double]) -> Double {
        let sum = x.reduce(0, +)
        let mean = sum / Double(x.count)
        return mean.isFinite ? mean : x.reduce(0) { $0 + $1 / Double(x.count) }
    }

    /// Median of sorted, usable values.
    static func medianOfSorted(_ x: [Double]) -> Double {
        let middle = x.count / 2
        return x.count % 2 == 1 ? x[middle] : x[middle - 1] / 2 + x[middle] / 2
    }

    /// Type-7 quantile of sorted, usable values.
    static func quantileOfSorted(_ x: [Double], _ p: Double) -> Double {
        let position = Double(x.count - 1) * p
        let below = Int(position)
        guard below + 1 < x.count else { return x[x.count - 1] }
        return x[below] + (position - Double(below)) * (x[below + 1] - x[below])
    }
}
