import BenchrunModel
import Results
import Statistics

/// Finds the flags of a run's series: the primary metric of each workload, case and environment.
struct SeriesAnalysis {
    let manifest: RunManifest
    let table: LaunchTable

    /// The results with their notes.
    func noted(_ results: [MetricResult]) -> [MetricResult] {
        let places = results.indices.filter { results[$0].isPrimary && !results[$0].launches.isEmpty }
        let series = places.map { self.series(results[$0]) }
        var results = results
        for (place, findings) in zip(places, SeriesFlags.find(series, seed: manifest.seed)) {
            let result = results[place]
            let rounds = result.comparison?.pairs.map(\.round) ?? result.launches.map(\.round)
            results[place].notes = findings.map {
                SeriesNote($0, environment: result.environment, rounds: rounds)
            }
        }
        return results
    }

    private func series(_ result: MetricResult) -> RoundSeries {
        let pairs = result.comparison?.pairs ?? []
        let own = table.iterations(LaunchTable.Key(result, in: result.environment))
        var series = RoundSeries(
            logRatios: pairs.map(\.logRatio),
            steadiness: Steadiness.differences(own) ?? [],
            delta: result.metric.delta
        )
        let costs = Costs(pairs, result, table)
        series.native = costs.native
        series.environment = costs.environment
        series.predecessors = predecessors(result, pairs, of: result.environment)
        series.nativePredecessors = predecessors(result, pairs, of: EnvironmentSpec.nativeName)
        return series
    }

    /// Empty unless every round tells.
    private func predecessors(
        _ result: MetricResult,
        _ pairs: [Comparison.Pair],
        of environment: String
    ) -> [String] {
        let native = LaunchTable.Key(result, in: EnvironmentSpec.nativeName)
        let own = LaunchTable.Key(result, in: result.environment)
        let names = pairs.compactMap { pair in
            table.latest(of: native, and: own, round: pair.round).flatMap { take in
                table.predecessor(
                    of: environment,
                    in: LaunchTable.BlockPlace(
                        workload: result.workload,
                        caseLabel: result.caseLabel,
                        round: pair.round,
                        take: take
                    )
                )
            }
        }
        return names.count == pairs.count ? names : []
    }
}

/// What the launches of a comparison's pairs cost: the values, or, of a throughput, the time per unit of work.
struct Costs {
    /// Native's, one a pair; empty where a launch is missing.
    var native: [Double] = []
    /// The environment's.
    var environment: [Double] = []

    init(_ pairs: [Comparison.Pair], _ result: MetricResult, _ table: LaunchTable) {
        let nativeKey = LaunchTable.Key(result, in: EnvironmentSpec.nativeName)
        let ownKey = LaunchTable.Key(result, in: result.environment)
        let base = table.launches(nativeKey)
        let own = table.launches(ownKey)
        let isThroughput = result.metric.better == .higher
        for pair in pairs {
            guard let take = table.latest(of: nativeKey, and: ownKey, round: pair.round),
                let reference = base[pair.round]?[take], let value = own[pair.round]?[take]
            else {
                self.native = []
                self.environment = []
                return
            }
            native.append(isThroughput ? 1 / reference : reference)
            environment.append(isThroughput ? 1 / value : value)
        }
    }
}

extension LaunchTable.Key {
    /// The series of a result's workload, case and metric in an environment.
    init(_ result: MetricResult, in environment: String) {
        self.init(
            workload: result.workload,
            caseLabel: result.caseLabel,
            metric: result.metric.name,
            environment: environment
        )
    }
}
