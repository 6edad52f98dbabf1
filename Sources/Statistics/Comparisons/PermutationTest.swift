/// Exact permutation tests over all arrangements, the observed one included.
///
/// An arrangement counts where its statistic is at least observed - 1e-12 max(1, |observed|).
public struct PermutationTest: Sendable, Equatable {
    /// Share of the arrangements whose statistic is at least the observed one.
    public var p: Double
    /// Number of arrangements.
    public var arrangements: Int

    /// More arrangements than this are not enumerated.
    public static let mostArrangements = 1 << 26

    /// Two samples, statistic |mean(a) - mean(b)|, over all ways to choose which values are `a`.
    ///
    /// - Returns: Nil when a sample is empty, a value is not finite, or there are more than
    ///   ``mostArrangements`` ways.
    public static func twoSample(_ a: [Double], _ b: [Double]) -> PermutationTest? {
        guard Summary.isUsable(a), Summary.isUsable(b) else { return nil }
        let values = a + b
        guard let ways = combinations(values.count, choose: a.count), ways <= mostArrangements else { return nil }
        let total = values.reduce(0, +)
        let m = Double(a.count)
        let n = Double(b.count)
        func statistic(_ sum: Double) -> Double { abs(sum / m - (total - sum) / n) }
        let limit = slackened(statistic(a.reduce(0, +)))
        var count = 0
        func choose(_ left: Int, from index: Int, sum: Double) {
            if left == 0 {
                if statistic(sum) >= limit { count += 1 }
                return
            }
            // As many values must stay behind as are still to be chosen.
            for next in index...(values.count - left) {
                choose(left - 1, from: next + 1, sum: sum + values[next])
            }
        }
        choose(a.count, from: 0, sum: 0)
        return PermutationTest(p: Double(count) / Double(ways), arrangements: ways)
    }

    /// One sample, statistic |mean(d)|, over all 2^n signs.
    ///
    /// - Returns: Nil when `d` is empty, a value is not finite, or there are more than ``mostArrangements`` signs.
    public static func signFlip(_ d: [Double]) -> PermutationTest? {
        guard Summary.isUsable(d), d.count < Int.bitWidth - 1, 1 << d.count <= mostArrangements else { return nil }
        let n = Double(d.count)
        let limit = slackened(abs(d.reduce(0, +) / n))
        var count = 0
        func flip(from index: Int, sum: Double) {
            guard index < d.count else {
                if abs(sum / n) >= limit { count += 1 }
                return
            }
            flip(from: index + 1, sum: sum + d[index])
            flip(from: index + 1, sum: sum - d[index])
        }
        flip(from: 0, sum: 0)
        let ways = 1 << d.count
        return PermutationTest(p: Double(count) / Double(ways), arrangements: ways)
    }

    private static func slackened(_ observed: Double) -> Double {
        observed - 1e-12 * max(1, abs(observed))
    }

    /// n choose k; nil where it overflows.
    static func combinations(_ n: Int, choose k: Int) -> Int? {
        var result = 1
        for step in stride(from: 1, through: min(k, n - k), by: 1) {
            let (product, overflow) = result.multipliedReportingOverflow(by: n - step + 1)
            if overflow { return nil }
            result = product / step
        }
        return result
    }
}
