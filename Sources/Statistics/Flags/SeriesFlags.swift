/// Flags of a run's series, derived after the fact and never written back (STATISTICS.md, section 5).
///
/// Each flag is a test of its own over all series of a run, adjusted after Holm at 1 %: on pure noise it fires in at
/// most 1 % of runs, however many workloads and environments there are, and the 2 % that are promised leave room for
/// noise that is not normal. Tests of order (drift, predecessor) permute the observed rounds, which is exact; tests of
/// shape (clusters, outliers, tail) compare with normal noise.
public enum SeriesFlags {
    /// The level of Holm of each flag.
    public static let level = 0.01

    /// What is found in each of the series, in the order of ``SeriesFlag``.
    ///
    /// - Parameters:
    ///   - series: All series of the run; one with a value that is not finite has no findings.
    ///   - seed: Of the resampling: the same seed gives the same p-values.
    public static func find(_ series: [RoundSeries], seed: UInt64) -> [[SeriesFinding]] {
        var findings = [[SeriesFinding]](repeating: [], count: series.count)
        for (number, flag) in SeriesFlag.allCases.enumerated() {
            let places = series.indices.filter { isEligible(series[$0], flag) }
            // Some flags ask a series two questions.
            let test = ResampledTest(tests: 2 * places.count, level: level)
            var generator = Xoshiro256(seed: seed ^ (UInt64(number + 1) << 56))
            let candidates = places.map { suspicion(series[$0], flag, test, &generator) }
            let adjusted = MultipleTests.holm(candidates.map { $0?.p ?? 1 })
            for (index, place) in places.enumerated() where adjusted[index] <= level {
                guard let figures = candidates[index]?.figures else { continue }
                findings[place].append(SeriesFinding(flag: flag, p: adjusted[index], figures: figures))
            }
        }
        return findings
    }

    /// What a test says of one series before the adjustment.
    struct Suspicion {
        var p: Double
        var figures: SeriesFinding.Figures
    }

    private static func isEligible(_ series: RoundSeries, _ flag: SeriesFlag) -> Bool {
        let n = series.logRatios.count
        guard Summary.isUsable(flag == .notSteady ? series.steadiness : series.logRatios) else { return false }
        return switch flag {
        case .drift, .outliers: n >= 6
        case .clustered: Clusters.threshold(count: n) != nil
        case .notSteady: series.steadiness.count >= 3
        case .tailDominated:
            n >= CostRatio.leastRounds && series.native.count == n && series.environment.count == n
        case .predecessor:
            n >= 6 && [series.predecessors, series.nativePredecessors].contains { $0.count == n && Set($0).count > 1 }
        }
    }

    private static func suspicion(
        _ series: RoundSeries,
        _ flag: SeriesFlag,
        _ test: ResampledTest,
        _ generator: inout Xoshiro256
    ) -> Suspicion? {
        switch flag {
        case .drift: OrderTests.drift(series.logRatios, test, &generator)
        case .predecessor: OrderTests.predecessor(series, test, &generator)
        case .clustered: ShapeTests.clusters(series.logRatios, test, &generator)
        case .outliers: ShapeTests.outliers(series.logRatios, test, &generator)
        case .tailDominated: ShapeTests.tail(series, test, &generator)
        case .notSteady: ShapeTests.steadiness(series.steadiness, delta: series.delta)
        }
    }
}
