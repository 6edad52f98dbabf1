import Glibc

/// Null distribution of the signed-rank statistic T+ of n values: the sum of those ranks 1...n whose fair coin shows
/// heads. By dynamic programming over the ranks, in probabilities, since counts overflow from n = 64.
///
/// Exact up to rounding for n <= 2000, except that beyond some 200 values tails of less than 1e-30 are cut. For larger
/// n, which no experiment has, the Edgeworth series to the fourth cumulant keeps the time bounded.
public struct SignedRankDistribution: Sendable {
    /// Number of values.
    public let count: Int
    /// The largest T+: n(n + 1)/2, which is also the number of Walsh averages.
    public let maximum: Int

    /// P(T+ <= t) for t up to half of the maximum; empty where the series is used.
    private let cumulative: [Double]

    private static let exactLimit = 2000

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

    /// Two ranks are added in each pass, since the passes are bound by memory. Outside of the window that holds all but
    /// 1e-34 of a stage, both buffers are zero; they begin with zeros so that no index needs a test.
    private static func table(_ count: Int) -> [Double] {
        let half = count * (count + 1) / 4
        let margin = 2 * count
        var current = [Double](repeating: 0, count: margin + half + 1)
        var next = current
        var start = 0
        var staleStart = 0
        current[margin] = 1
        var rank = 1
        while rank <= count {
            let top = min(rank + 1, count)
            // Hoeffding: P(|T+ - mean| >= s) <= 2 exp(-2 s^2 / sum of squared ranks).
            let squares = Double(top * (top + 1)) * Double(2 * top + 1) / 6
            let mean = Double(top * (top + 1)) / 4
            let reach = (39.5 * squares).squareRoot()
            let last = min(half, top * (top + 1) / 2, Int(mean + reach) + 1)
            let first = min(last, max(start, Int(max(0, mean - reach))))
            for t in min(staleStart, first)..<first { next[margin + t] = 0 }
            convolve(current, into: &next, margin + first...margin + last, rank, top > rank ? top : nil)
            swap(&current, &next)
            staleStart = start
            start = first
            rank = top + 1
        }
        var cumulative = Array(current[margin...])
        var sum = 0.0
        for t in 0...half {
            sum += cumulative[t]
            cumulative[t] = min(1, sum)
        }
        return cumulative
    }

    /// The mean of `current` with and without each rank added, at the given places.
    private static func convolve(
        _ current: [Double],
        into next: inout [Double],
        _ places: ClosedRange<Int>,
        _ rank: Int,
        _ second: Int?
    ) {
        current.withUnsafeBufferPointer { current in
            next.withUnsafeMutableBufferPointer { next in
                if let second {
                    for t in places {
                        let without = current[t] + current[t - rank]
                        let with = current[t - second] + current[t - second - rank]
                        next[t] = (without + with) / 4
                    }
                } else {
                    for t in places { next[t] = (current[t] + current[t - rank]) / 2 }
                }
            }
        }
    }
}
