import Glibc

/// Mode C of the gate: a new run against the runs before it.
public struct HistoryPrediction: Sendable, Equatable {
    /// Mean of the history.
    public var mean: Double
    /// The new value.
    public var value: Double
    /// (x - mean) / (s sqrt(1 + 1/K)); infinite where the history has no spread and x differs from it.
    public var t: Double
    /// One-sided P(T >= t) with K - 1 degrees of freedom.
    public var pGreater: Double
    /// Upper end of the prediction interval, mean + t(.975, K - 1) s sqrt(1 + 1/K).
    public var upper: Double
    /// K, the number of runs in the history.
    public var count: Int

    /// The fewest earlier runs from which a regression is judged.
    public static let leastRuns = 5

    /// Prediction of one more run.
    ///
    /// - Parameters:
    ///   - history: Earlier runs' estimates, on the log scale.
    ///   - x: The new run's estimate.
    /// - Returns: Nil under two earlier runs or where a value is not finite.
    public static func of(history: [Double], x: Double) -> HistoryPrediction? {
        guard let mean = Summary.mean(history), let sd = Summary.sd(history), x.isFinite else { return nil }
        let count = history.count
        let degrees = Double(count - 1)
        let spread = sd * (1 + 1 / Double(count)).squareRoot()
        let t = x == mean ? 0 : (x - mean) / spread
        return HistoryPrediction(
            mean: mean,
            value: x,
            t: t,
            pGreater: StudentT.probability(atLeast: t, degrees: degrees),
            upper: mean + StudentT.quantile(0.975, degrees: degrees) * spread,
            count: count
        )
    }

    /// Whether the new run is a regression: x - mean > ln(1 + delta) and x above the prediction interval; nil with
    /// fewer than ``leastRuns`` earlier runs.
    public func isRegression(delta: Double) -> Bool? {
        guard count >= Self.leastRuns else { return nil }
        return value - mean > log(1 + delta) && value > upper
    }
}
