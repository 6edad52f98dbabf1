public import BenchrunModel
import Statistics

extension StoppingRule {
    /// Whether a pair is closed after the rounds so far; nil means go on, as without an interval.
    ///
    /// Precision wins over the most rounds where both hold. A pair of which none of the first `minimum` rounds gave a
    /// value is closed as well: more rounds would measure the other environment to no end.
    ///
    /// - Parameters:
    ///   - d: Log ratios of the rounds that gave one.
    ///   - round: The round that was just measured.
    ///   - target: Wanted half-width on the log scale.
    public func reason(after d: [Double], round: Int, target: Double) -> StopReason? {
        guard mode == .adaptive else { return round >= maximum ? .fixed : nil }
        let stop = AdaptiveStop(target: target, alpha: alpha, minimum: minimum, maximum: maximum)
        if stop.reason(after: d) == .precision { return .precision }
        if round >= maximum { return .maximum }
        return round >= minimum && d.isEmpty ? .failed : nil
    }

    /// The round after which a whole series, one ratio a round, is closed, and why; nil where it ends before that.
    public func replay(_ d: [Double], target: Double) -> (round: Int, reason: StopReason)? {
        for round in stride(from: 1, through: d.count, by: 1) {
            if let reason = reason(after: Array(d.prefix(round)), round: round, target: target) {
                return (round, reason)
            }
        }
        return nil
    }
}
