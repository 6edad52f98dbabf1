import Glibc

/// Whether groups of values differ in location, for one, rounds grouped by the environment that ran before.
///
/// One-way analysis of variance on average ranks (Conover and Iman, 1981), so that single slow rounds do not decide.
public struct GroupEffect: Sendable, Equatable {
    /// The F statistic on ranks; infinite where the groups are each constant and differ.
    public var f: Double
    /// P(F >= f) with g - 1 and N - g degrees of freedom.
    public var p: Double

    /// Tests the groups that are not empty.
    ///
    /// - Returns: p = 1 where all values are equal; nil with under two groups, not more values than groups, or where a
    ///   value is not finite.
    public static func test(_ groups: [[Double]]) -> GroupEffect? {
        let groups = groups.filter { !$0.isEmpty }
        let values = groups.flatMap { $0 }
        guard groups.count >= 2, values.count > groups.count, Summary.isUsable(values) else { return nil }
        let ranks = Ranks.average(values)
        let middle = Double(values.count + 1) / 2
        var between = 0.0
        var within = 0.0
        var start = 0
        for group in groups {
            let own = Array(ranks[start..<(start + group.count)])
            let mean = Summary.plainMean(own)
            between += Double(group.count) * (mean - middle) * (mean - middle)
            within += own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            start += group.count
        }
        if between == 0 { return GroupEffect(f: 0, p: 1) }
        let above = Double(groups.count - 1)
        let below = Double(values.count - groups.count)
        // P(F >= f) = I_x(below/2, above/2) at x = below / (below + above f) = within / (within + between).
        let sum = within + between
        let p = IncompleteBeta.regularized(
            a: below / 2,
            b: above / 2,
            x: within / sum,
            y: between / sum,
            logX: log(within / sum),
            logY: log(between / sum)
        )
        return GroupEffect(f: between / above / (within / below), p: min(1, max(0, p)))
    }
}
