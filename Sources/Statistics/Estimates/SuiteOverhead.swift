/// One figure for a whole suite.
public enum SuiteOverhead {
    /// Mean over the workloads of each round's log ratios, the log of their geometric mean, so that the correlation
    /// inside a round is kept when ``HodgesLehmann/oneSample(_:alpha:)`` is taken over the rounds.
    ///
    /// - Parameter logRatios: One row per workload, one column per round; only rounds complete for all workloads.
    /// - Returns: One value a round; empty without workloads. A NaN in a round stays one.
    public static func perRound(_ logRatios: [[Double]]) -> [Double] {
        guard let rounds = logRatios.first?.count else { return [] }
        precondition(logRatios.allSatisfy { $0.count == rounds }, "suite overhead: every workload has the same rounds")
        return (0..<rounds).map { round in
            logRatios.reduce(0) { $0 + $1[round] } / Double(logRatios.count)
        }
    }
}
