import Glibc

/// When a pair of environments has been measured precisely enough.
///
/// Only the width of the interval decides, never its position: to stop on a verdict or on significance drops the
/// coverage of a 95 % interval to 76 %. The interval at alpha = 0.04 is reported as one of 95 %, which pays for
/// looking at it after every round.
public struct AdaptiveStop: Sendable, Equatable {
    /// Why a pair was closed. A spent time budget is the caller's to see.
    public enum Reason: String, Sendable, Equatable, CaseIterable {
        /// The half-width is at most the target.
        case precision
        /// The most rounds are done.
        case budget
    }

    /// The wanted half-width on the log scale.
    public var target: Double
    /// One minus the confidence of the interval.
    public var alpha: Double
    /// The first round after which the pair may be closed.
    public var minimum: Int
    /// The round after which it is closed in any case.
    public var maximum: Int

    /// Creates a rule.
    public init(target: Double, alpha: Double = 0.04, minimum: Int = 10, maximum: Int = 60) {
        self.target = target
        self.alpha = alpha
        self.minimum = minimum
        self.maximum = maximum
    }

    /// The target of a gate with the given delta, ln(1 + delta)/2.
    public static func gateTarget(delta: Double) -> Double {
        log(1 + delta) / 2
    }

    /// The target of a report, 2 %.
    public static let reportTarget = 0.02

    /// Whether the pair is closed after the rounds in `d`; nil means go on, as without an interval.
    public func reason(after d: [Double]) -> Reason? {
        reason(count: d.count, halfWidth: HodgesLehmann.oneSample(d, alpha: alpha)?.halfWidth)
    }

    /// As ``reason(after:)`` where the interval's half-width is known.
    public func reason(count: Int, halfWidth: Double?) -> Reason? {
        if count >= minimum, let halfWidth, halfWidth <= target { return .precision }
        return count >= maximum ? .budget : nil
    }

    /// What the rule does with a whole series, round by round.
    public struct Outcome: Sendable, Equatable {
        /// Rounds used.
        public var rounds: Int
        /// Why it stopped; nil where the series ended before the rule did.
        public var reason: Reason?
        /// The estimate over the rounds used; nil without any.
        public var estimate: Estimate?
        /// Half-width at each look, from round `minimum` on; nil where there was no interval.
        public var halfWidths: [Double?]
    }

    /// Applies the rule to the rounds in order.
    public func replay(_ d: [Double]) -> Outcome {
        var halfWidths: [Double?] = []
        for count in stride(from: min(max(1, minimum), max(1, maximum)), through: d.count, by: 1) {
            let estimate = HodgesLehmann.oneSample(Array(d.prefix(count)), alpha: alpha)
            halfWidths.append(estimate?.halfWidth)
            if let reason = reason(count: count, halfWidth: estimate?.halfWidth) {
                return Outcome(rounds: count, reason: reason, estimate: estimate, halfWidths: halfWidths)
            }
        }
        return Outcome(
            rounds: d.count,
            reason: nil,
            estimate: HodgesLehmann.oneSample(d, alpha: alpha),
            halfWidths: halfWidths
        )
    }
}
