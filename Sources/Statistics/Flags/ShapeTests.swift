import Glibc

/// Tests of how rounds are distributed, against normal noise of the same number of rounds.
enum ShapeTests {
    /// Two groups: the split statistic beyond its threshold, and rarer than that of normal noise.
    static func clusters(
        _ d: [Double],
        _ test: ResampledTest,
        _ generator: inout Xoshiro256
    ) -> SeriesFlags.Suspicion? {
        guard let split = Clusters.split(d), split.isClustered(count: d.count) else { return nil }
        let p = test.p { (Clusters.split(generator.normals(d.count))?.statistic ?? 0) >= split.statistic - 1e-12 }
        let sorted = d.sorted()
        return SeriesFlags.Suspicion(
            p: p,
            figures: .clustered(
                lowerCount: split.lowerCount,
                lower: Summary.plainMean(Array(sorted.prefix(split.lowerCount))),
                upper: Summary.plainMean(Array(sorted.dropFirst(split.lowerCount)))
            )
        )
    }

    /// Single rounds far from the others: a modified z beyond 3.5, and beyond what so few normal values show, whose
    /// median absolute deviation is small by chance often enough.
    static func outliers(
        _ d: [Double],
        _ test: ResampledTest,
        _ generator: inout Xoshiro256
    ) -> SeriesFlags.Suspicion? {
        guard let outliers = Outliers.find(d), !outliers.indices.isEmpty else { return nil }
        let largest = greatest(outliers)
        let p = test.p { Outliers.find(generator.normals(d.count)).map(greatest) ?? 0 >= largest }
        return SeriesFlags.Suspicion(p: p, figures: .outliers(places: outliers.indices, largest: largest))
    }

    private static func greatest(_ outliers: Outliers) -> Double {
        outliers.scores.reduce(0) { max($0, abs($1)) }
    }

    /// Cost of all rounds together and of the typical round further apart than delta/2, and than lognormal noise of
    /// the same robust spreads makes them.
    static func tail(
        _ series: RoundSeries,
        _ test: ResampledTest,
        _ generator: inout Xoshiro256
    ) -> SeriesFlags.Suspicion? {
        let n = series.logRatios.count
        guard (series.native + series.environment).allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
        let typical = HodgesLehmann.value(series.logRatios)
        let cost = log(series.environment.reduce(0, +) / series.native.reduce(0, +))
        let observed = abs(cost - typical)
        guard observed > series.delta / 2, let nativeMAD = Summary.mad(series.native.map { log($0) }),
            let ratioMAD = Summary.mad(series.logRatios)
        else { return nil }
        let p = test.p {
            var native = 0.0
            var environment = 0.0
            var d: [Double] = []
            for _ in 0..<n {
                let base = nativeMAD / 0.6745 * generator.normal()
                let ratio = ratioMAD / 0.6745 * generator.normal()
                native += exp(base)
                environment += exp(base + ratio)
                d.append(ratio)
            }
            return abs(log(environment / native) - HodgesLehmann.value(d)) >= observed
        }
        return SeriesFlags.Suspicion(p: p, figures: .tailDominated(cost: cost, typical: typical))
    }

    /// Halves of launches that differ: typically by more than delta/2, and by Student's test not by chance.
    static func steadiness(_ differences: [Double], delta: Double) -> SeriesFlags.Suspicion? {
        guard Steadiness.isNotSteady(differences, delta: delta), let mean = Summary.mean(differences),
            let sd = Summary.sd(differences)
        else { return nil }
        let n = Double(differences.count)
        let t = sd > 0 ? abs(mean) / sd * n.squareRoot() : .infinity
        let p = t.isFinite ? min(1, 2 * StudentT.probability(atLeast: t, degrees: n - 1)) : 0
        return SeriesFlags.Suspicion(p: p, figures: .notSteady(difference: HodgesLehmann.value(differences)))
    }
}
