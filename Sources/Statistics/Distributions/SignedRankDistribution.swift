import Glibc

/// Null distribution of the signed-rank statistic T+ of n values: the sum of those ranks 1...n whose fair coin shows
/// heads. By dynamic programming over the ranks, in probabilities, since counts overflow from n = 64.
///
/// Exact up to rounding for n <= 3000, except that beyond some 180 values tails below 1e-30 in all are cut. For
/// larger n the Edgeworth series to the fourth cumulant is used, whose error is then below 1e-7.
public struct SignedRankDistribution: Sendable {
    /// Number of values.
    public let count: Int
    /// The largest T+: n(n + 1)/2, which is also the number of Walsh averages.
    public let maximum: Int

    /// P(T+ <= t) for t up to half of the maximum; empty where the series is used.
    private let cumulative: [Double]

    private static let exactLimit = 3000

    /// Creates the distribution for `count` values; a negative count is taken as none.
    public init(count: Int) {
        self.count = max(0, count)
        maximum = self.count * (self.count + 1) / 2
        cumulative = self.count <= Self.exactLimit ? Self.table(self.count) : []
    }

    /// P(T+ <= t).
    public func probability(atMost t: Int) -> Double {
        if t < 0 { return 0 }
        if t >= maximum { return 1 }
        if 2 * t <= maximum { return lower(t) }
        return 1 - lower(maximum - t - 1)
    }

    /// P(T+ >= t), with full relative precision also where it is small.
    public func probability(atLeast t: Int) -> Double {
        probability(atMost: maximum - t)
    }

    /// k = #{t : P(T+ <= t) <= level}, for a level below 1/2; 0 for any other.
    public func rank(level: Double) -> Int {
        CriticalRank.find(maximum: maximum, level: level, probability: probability(atMost:))
    }

    private func lower(_ t: Int) -> Double {
        guard cumulative.isEmpty else { return cumulative[t] }
        let n = Double(count)
        let mean = n * (n + 1) / 4
        let variance = n * (n + 1) * (2 * n + 1) / 24
        // The fourth cumulant of a coin worth i is -i^4/8.
        let fourthPowers = n * (n + 1) * (2 * n + 1) * (3 * n * n + 3 * n - 1) / 30
        return Normal.edgeworth(
            (Double(t) + 0.5 - mean) / variance.squareRoot(),
            excess: -fourthPowers / 8 / (variance * variance)
        )
    }

    private static func table(_ count: Int) -> [Double] {
        let half = count * (count + 1) / 4
        var current = [Double](repeating: 0, count: half + 1)
        var next = current
        current[0] = 1
        var reached = 0
        var cut = 0
        var squares = 0.0
        for rank in stride(from: 1, through: count, by: 1) {
            squares += Double(rank) * Double(rank)
            // Hoeffding: P(|T+ - mean| >= s) <= 2 exp(-2 s^2 / sum of squares), here 1e-34 a stage.
            let mean = Double(rank * (rank + 1)) / 4
            let reach = (39.5 * squares).squareRoot()
            let last = min(half, rank * (rank + 1) / 2, Int(mean + reach) + 1)
            let first = max(cut, min(last, Int(max(0, mean - reach))))
            convolve(current, into: &next, rank: rank, from: first, through: last, reached: reached, cut: cut)
            swap(&current, &next)
            reached = last
            cut = first
        }
        for t in 0..<cut { current[t] = 0 }
        var sum = 0.0
        for t in 0...half {
            sum += t <= reached ? current[t] : 0
            current[t] = min(1, sum)
        }
        return current
    }

    /// next[t] = (current[t] + current[t - rank]) / 2, where `current` counts only in `cut...reached`.
    private static func convolve(
        _ current: [Double],
        into next: inout [Double],
        rank: Int,
        from first: Int,
        through last: Int,
        reached: Int,
        cut: Int
    ) {
        current.withUnsafeBufferPointer { current in
            next.withUnsafeMutableBufferPointer { next in
                // Only the first term, both, only the second.
                let both = max(first, cut + rank)
                var t = first
                while t <= min(last, reached, both - 1) {
                    next[t] = current[t] / 2
                    t += 1
                }
                while t < min(both, last + 1) {
                    next[t] = 0
                    t += 1
                }
                let end = min(last, reached)
                while t <= end {
                    next[t] = (current[t] + current[t - rank]) / 2
                    t += 1
                }
                while t <= last {
                    next[t] = t - rank <= reached ? current[t - rank] / 2 : 0
                    t += 1
                }
            }
        }
    }
}
