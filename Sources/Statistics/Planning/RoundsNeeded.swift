/// How many rounds an interval of a wanted width would take.
public enum RoundsNeeded {
    /// Beyond this the answer is "not with any number of rounds".
    private static let most = 10_000_000
    /// From this many values their own interval says more about the spread than the standard deviation does.
    private static let enoughForInterval = 10

    /// The rounds after which the Hodges-Lehmann interval is likely to be as narrow as `target`.
    ///
    /// A planning figure, not a promise: the half-width at n rounds is taken as t(1 - alpha/2, n - 1) s sqrt(pi/3) /
    /// sqrt(n), where pi/3 is the price of Hodges-Lehmann at normal noise. The spread s is the one that gives the
    /// half-width observed so far; under ten values, where that is too coarse, it is the standard deviation.
    ///
    /// - Parameters:
    ///   - target: Wanted half-width, on the log scale.
    ///   - observed: The log ratios so far.
    ///   - alpha: One minus the confidence.
    /// - Returns: A number of rounds in all, at least the least that has an interval, and more than observed unless
    ///   the target is met; nil under two values, or where no number of rounds would do.
    public static func forHalfWidth(_ target: Double, observed d: [Double], alpha: Double) -> Int? {
        guard target > 0, alpha > 0, alpha < 1, let sd = Summary.sd(d) else { return nil }
        let least = leastWithInterval(alpha: alpha)
        guard let halfWidth = HodgesLehmann.oneSample(d, alpha: alpha)?.halfWidth else {
            return planned(target, unit: sd, least: least, alpha: alpha)
        }
        if halfWidth <= target { return d.count }
        let unit = d.count < enoughForInterval ? sd : halfWidth / width(d.count, alpha)
        return planned(target, unit: unit, least: max(least, d.count + 1), alpha: alpha)
    }

    /// The rounds after which the interval is likely to be as narrow as `target`, where the standard deviation of a
    /// round's log ratio is known, for one from calibration.
    ///
    /// - Returns: At least the least that has an interval; nil where no number of rounds would do, or an argument is
    ///   out of range.
    public static func forHalfWidth(_ target: Double, spread: Double, alpha: Double) -> Int? {
        guard target > 0, alpha > 0, alpha < 1, spread >= 0, spread.isFinite else { return nil }
        return planned(target, unit: spread, least: leastWithInterval(alpha: alpha), alpha: alpha)
    }

    /// The fewest rounds for which an interval exists: the least n with 2^-n <= alpha/2; 6 at alpha = 0.05.
    public static func leastWithInterval(alpha: Double) -> Int {
        var n = 1
        var smallest = 0.5
        while smallest > alpha / 2, n < 1075 {
            n += 1
            smallest /= 2
        }
        return n
    }

    private static func planned(_ target: Double, unit: Double, least: Int, alpha: Double) -> Int? {
        guard unit * width(most, alpha) <= target else { return nil }
        var low = max(2, least)
        var high = most
        while low < high {
            let middle = (low + high) / 2
            if unit * width(middle, alpha) <= target {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }

    /// Half-width at n rounds of noise with spread 1.
    static func width(_ n: Int, _ alpha: Double) -> Double {
        StudentT.quantile(1 - alpha / 2, degrees: Double(n - 1)) * (Double.pi / 3 / Double(n)).squareRoot()
    }
}
