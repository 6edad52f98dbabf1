/// Null distribution of the Mann-Whitney statistic U of samples of m and n values without ties.
///
/// By the recurrence of Mann and Whitney (1947) in probabilities, which only adds positive terms:
/// p(u; m, n) = m/(m + n) p(u - n; m - 1, n) + n/(m + n) p(u; m, n - 1). Exact up to rounding for mn <= 40,000;
/// for more the Edgeworth series to the fourth cumulant is used.
public struct MannWhitneyDistribution: Sendable {
    /// The largest U: mn.
    public let maximum: Int

    private let smaller: Int
    private let larger: Int
    /// P(U <= u) for u up to half of the maximum; empty where the series is used.
    private let cumulative: [Double]

    private static let exactLimit = 40_000

    /// Creates the distribution for samples of `m` and `n` values; negative counts are taken as none.
    public init(_ m: Int, _ n: Int) {
        smaller = max(0, min(m, n))
        larger = max(0, max(m, n))
        maximum = smaller * larger
        cumulative = maximum <= Self.exactLimit ? Self.table(smaller, larger) : []
    }

    /// P(U <= u).
    public func probability(atMost u: Int) -> Double {
        if u < 0 { return 0 }
        if u >= maximum { return 1 }
        if 2 * u <= maximum { return lower(u) }
        return 1 - lower(maximum - u - 1)
    }

    /// P(U >= u), with full relative precision also where it is small.
    public func probability(atLeast u: Int) -> Double {
        probability(atMost: maximum - u)
    }

    /// k = #{u : P(U <= u) <= level}, for a level below 1/2; 0 for any other.
    public func rank(level: Double) -> Int {
        CriticalRank.find(maximum: maximum, level: level, probability: probability(atMost:))
    }

    private func lower(_ u: Int) -> Double {
        guard cumulative.isEmpty else { return cumulative[u] }
        let m = Double(smaller)
        let n = Double(larger)
        let excess = -6.0 / 5 * (m * m + n * n + m * n + m + n) / (m * n * (m + n + 1))
        return Normal.edgeworth(
            (Double(u) + 0.5 - m * n / 2) / (m * n * (m + n + 1) / 12).squareRoot(),
            excess: excess
        )
    }

    private static func table(_ m: Int, _ n: Int) -> [Double] {
        let half = m * n / 2
        // rows[i] is the distribution for i values against the j so far, up to half of the final maximum.
        var rows = [[Double]](repeating: [1], count: m + 1)
        for j in stride(from: 1, through: n, by: 1) {
            for i in stride(from: 1, through: m, by: 1) {
                rows[i] = step(fewerFirst: rows[i - 1], fewerSecond: rows[i], i, j, limit: half)
            }
        }
        var cumulative = rows[m]
        var sum = 0.0
        for u in cumulative.indices {
            sum += cumulative[u]
            cumulative[u] = min(1, sum)
        }
        return cumulative
    }

    /// p(.; i, j) from p(.; i - 1, j) and p(.; i, j - 1).
    private static func step(
        fewerFirst: [Double],
        fewerSecond: [Double],
        _ i: Int,
        _ j: Int,
        limit: Int
    ) -> [Double] {
        let length = min(limit, i * j) + 1
        let weight = Double(i) / Double(i + j)
        return [Double](unsafeUninitializedCapacity: length) { target, count in
            fewerFirst.withUnsafeBufferPointer { first in
                fewerSecond.withUnsafeBufferPointer { second in
                    // Below j only the second term exists, beyond the second's end only the first.
                    let one = min(j, length)
                    let both = max(one, min(second.count, length))
                    for u in 0..<one { target.initializeElement(at: u, to: (1 - weight) * second[u]) }
                    for u in one..<both {
                        target.initializeElement(at: u, to: (1 - weight) * second[u] + weight * first[u - j])
                    }
                    for u in both..<length { target.initializeElement(at: u, to: weight * first[u - j]) }
                }
            }
            count = length
        }
    }
}
