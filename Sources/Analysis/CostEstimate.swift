import Statistics

/// The companion of a row's estimate: what all rounds together cost, with a bootstrap interval. Approximate.
public struct CostEstimate: Sendable, Codable, Equatable {
    /// sum(environment)/sum(native); for a throughput, of the times per unit of work.
    public var ratio: Double
    /// Lower end of the interval at about 95 %.
    public var lower: Double
    /// Upper end of the interval.
    public var upper: Double
    /// Rounds behind it, at least ``CostRatio/leastRounds``.
    public var rounds: Int
}

/// Adds the companion estimate where there are rounds enough.
struct CostAnalysis {
    let seed: UInt64
    let table: LaunchTable

    func estimate(_ result: MetricResult) -> CostEstimate? {
        guard let pairs = result.comparison?.pairs, pairs.count >= CostRatio.leastRounds else { return nil }
        let costs = Costs(pairs, result, table)
        guard let ratio = CostRatio.bootstrap(native: costs.native, environment: costs.environment, seed: seed) else {
            return nil
        }
        return CostEstimate(ratio: ratio.value, lower: ratio.lower, upper: ratio.upper, rounds: pairs.count)
    }
}
