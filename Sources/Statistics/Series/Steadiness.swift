import Glibc

/// Whether iterations still warm up (or throttle) within a launch.
public enum Steadiness {
    /// For each launch, mean log of the second half of its iterations minus that of the first half; the middle one of
    /// an odd number belongs to neither. Below 0 means that later iterations are smaller.
    ///
    /// - Parameter launches: Measured iterations of each launch in order; those with under two are left out.
    /// - Returns: One log ratio a launch; nil where a value is not positive and finite.
    public static func differences(_ launches: [[Double]]) -> [Double]? {
        guard launches.allSatisfy({ $0.allSatisfy { $0 > 0 && $0.isFinite } }) else { return nil }
        return launches.filter { $0.count >= 2 }.map { iterations in
            let half = iterations.count / 2
            return Summary.plainMean(iterations.suffix(half).map { log($0) })
                - Summary.plainMean(iterations.prefix(half).map { log($0) })
        }
    }

    /// Whether the typical difference is beyond delta/2, which is to be flagged `not-steady`.
    ///
    /// - Parameters:
    ///   - differences: As from ``differences(_:)``.
    ///   - delta: The smallest change that matters, as a fraction.
    public static func isNotSteady(_ differences: [Double], delta: Double) -> Bool {
        guard let estimate = HodgesLehmann.oneSample(differences, alpha: 0.05) else { return false }
        return abs(estimate.value) > delta / 2
    }

    /// Two-sided p-value that the typical difference lies within delta/2, by signed ranks; for the adjustment over a
    /// run's series. Nil without differences.
    public static func p(_ differences: [Double], delta: Double) -> Double? {
        guard let above = HodgesLehmann.testGreater(differences, than: delta / 2),
            let below = HodgesLehmann.testLess(differences, than: -delta / 2)
        else { return nil }
        return min(1, 2 * min(above.p, below.p))
    }
}
