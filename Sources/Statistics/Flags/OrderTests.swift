/// Tests of the order of rounds: on clean noise every order of the same rounds is equally likely, so that permuting
/// them gives exact p-values whatever the noise's distribution is.
enum OrderTests {
    /// Spearman's correlation with the round and lag-1, the smaller of both p-values doubled.
    static func drift(
        _ d: [Double],
        _ test: ResampledTest,
        _ generator: inout Xoshiro256
    ) -> SeriesFlags.Suspicion? {
        guard let drift = Drift.of(d) else { return nil }
        let trend = trendP(d, test, &generator)
        let order = lagP(d, test, &generator)
        return SeriesFlags.Suspicion(
            p: min(1, 2 * min(trend, order)),
            figures: .drift(spearman: drift.spearman, lag1: drift.lag1, isTrend: trend <= order)
        )
    }

    private static func trendP(_ d: [Double], _ test: ResampledTest, _ generator: inout Xoshiro256) -> Double {
        let middle = Double(d.count + 1) / 2
        var ranks = Ranks.average(d).map { $0 - middle }
        func product(_ ranks: [Double]) -> Double {
            var sum = 0.0
            for index in ranks.indices { sum += (Double(index + 1) - middle) * ranks[index] }
            return abs(sum)
        }
        let observed = product(ranks)
        return test.p {
            generator.shuffle(&ranks)
            return product(ranks) >= observed - 1e-9 * max(1, observed)
        }
    }

    private static func lagP(_ d: [Double], _ test: ResampledTest, _ generator: inout Xoshiro256) -> Double {
        let mean = Summary.plainMean(d)
        var centred = d.map { $0 - mean }
        let square = centred.reduce(0) { $0 + $1 * $1 }
        // On clean noise lag-1 has mean -1/n.
        let expected = -square / Double(d.count)
        func distance(_ values: [Double]) -> Double {
            var sum = 0.0
            for index in 1..<values.count { sum += values[index - 1] * values[index] }
            return abs(sum - expected)
        }
        let observed = distance(centred)
        return test.p {
            generator.shuffle(&centred)
            return distance(centred) >= observed - 1e-12 * square
        }
    }

    /// Whether the rounds depend on what ran right before the environment, or right before native; the smaller p-value
    /// times the number of these two that are not the same question.
    static func predecessor(
        _ series: RoundSeries,
        _ test: ResampledTest,
        _ generator: inout Xoshiro256
    ) -> SeriesFlags.Suspicion? {
        let d = series.logRatios
        var groupings: [(groups: [String: [Int]], isNatives: Bool)] = []
        for (names, isNatives) in [(series.predecessors, false), (series.nativePredecessors, true)] {
            guard names.count == d.count else { continue }
            let groups = Dictionary(grouping: names.indices) { names[$0] }
            // With two environments both questions are one: which of them came first.
            let isKnown = groupings.contains { Set($0.groups.values) == Set(groups.values) }
            if groups.count > 1, groups.count < d.count, !isKnown { groupings.append((groups, isNatives)) }
        }
        var best: SeriesFlags.Suspicion?
        for grouping in groupings {
            let p = min(1, groupP(d, Array(grouping.groups.values), test, &generator) * Double(groupings.count))
            guard p < best?.p ?? .infinity else { continue }
            let odd = mostDifferent(d, grouping.groups)
            best = SeriesFlags.Suspicion(
                p: p,
                figures: .predecessor(name: odd.name, shift: odd.shift, isNatives: grouping.isNatives)
            )
        }
        return best
    }

    /// A permutation test of the F statistic.
    private static func groupP(
        _ d: [Double],
        _ groups: [[Int]],
        _ test: ResampledTest,
        _ generator: inout Xoshiro256
    ) -> Double {
        let groups = groups.sorted { $0[0] < $1[0] }
        var values = clipped(d)
        // With the total fixed, F grows with the sum of squares between the groups.
        func between(_ values: [Double]) -> Double {
            var total = 0.0
            for group in groups {
                var sum = 0.0
                for place in group { sum += values[place] }
                total += sum * sum / Double(group.count)
            }
            return total
        }
        let observed = between(values)
        return test.p {
            generator.shuffle(&values)
            return between(values) >= observed * (1 - 1e-9)
        }
    }

    /// Distances from the median, those beyond five robust standard deviations cut to that, so that a single slow round
    /// hides no effect.
    private static func clipped(_ d: [Double]) -> [Double] {
        guard let median = Summary.median(d), let mad = Summary.mad(d), mad > 0 else { return d }
        let most = 5 * mad / 0.6745
        return d.map { max(-most, min(most, $0 - median)) }
    }

    private static func mostDifferent(_ d: [Double], _ groups: [String: [Int]]) -> (name: String, shift: Double) {
        let shifts = groups.sorted { $0.key < $1.key }.map { name, places in
            let inside = Set(places)
            let rest = d.indices.filter { !inside.contains($0) }.map { d[$0] }
            let own = Summary.median(places.map { d[$0] }) ?? 0
            return (name: name, shift: own - (Summary.median(rest) ?? 0))
        }
        return shifts.max { abs($0.shift) < abs($1.shift) } ?? ("", 0)
    }
}
