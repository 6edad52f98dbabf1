/// Differences between runs of the same thing, which no number of rounds within one run can show.
public enum SessionSpread {
    /// The spread assumed without calibration, on the log scale.
    public static let uncalibrated = 0.01
    /// The fewest A/A runs from which the spread is estimated.
    public static let leastRuns = 5

    /// tau = sqrt(max(0, variance of the A/A runs' estimates - mean squared standard error)).
    ///
    /// - Parameters:
    ///   - estimates: One estimate a run, of a difference whose truth is 0, on the log scale.
    ///   - standardErrors: The estimates' own standard errors; as many.
    /// - Returns: Nil under ``leastRuns`` runs or where a value is not finite.
    public static func tau(estimates: [Double], standardErrors: [Double]) -> Double? {
        precondition(estimates.count == standardErrors.count, "spread of sessions: one standard error a run")
        guard estimates.count >= leastRuns, let variance = Summary.variance(estimates),
            let noise = Summary.mean(standardErrors.map { $0 * $0 })
        else { return nil }
        return max(0, variance - noise).squareRoot()
    }

    /// Standard error that belongs to an interval: half-width over the quantile of t with count - 1 degrees at the
    /// interval's confidence. Its mean square is within 5 % of the estimate's variance for normal noise from 8 rounds
    /// on; the normal quantile would make it 33 % too large at 10.
    ///
    /// - Returns: Nil without an interval.
    public static func standardError(of estimate: Estimate) -> Double? {
        guard let halfWidth = estimate.halfWidth, let confidence = estimate.achievedConfidence, confidence > 0,
            confidence < 1, estimate.count >= 2
        else { return nil }
        return halfWidth / StudentT.quantile((1 + confidence) / 2, degrees: Double(estimate.count - 1))
    }

    /// q = t(.975, K - 1), the factor for a tau from K calibration runs; nil under two.
    public static func quantile(runs: Int) -> Double? {
        runs >= 2 ? StudentT.quantile(0.975, degrees: Double(runs - 1)) : nil
    }

    /// One end of an interval moved outwards: the distance to the estimate becomes
    /// sqrt(distance^2 + (q sqrt(2) tau)^2).
    public static func widened(
        estimate: Double,
        lower: Double,
        upper: Double,
        tau: Double,
        q: Double
    ) -> (lower: Double, upper: Double) {
        let between = 2 * (q * tau) * (q * tau)
        let below = estimate - lower
        let above = upper - estimate
        return (
            estimate - (below * below + between).squareRoot(),
            estimate + (above * above + between).squareRoot()
        )
    }
}
