/// What the noise of a host, known from A/A runs, lets an experiment see.
///
/// All figures are of log ratios of two environments of one round. An interval's half-width at n rounds is taken as
/// t(1 - alpha/2, n - 1) s sqrt(pi/3)/sqrt(n), where pi/3 is the price of Hodges-Lehmann at normal noise.
public struct NoiseFloor: Sendable, Equatable {
    /// s: standard deviation of a round's log ratio within a run.
    public var spread: Double
    /// tau: standard deviation of the differences between runs that no number of rounds in one run removes.
    public var tau: Double

    /// Creates a floor.
    public init(spread: Double, tau: Double) {
        self.spread = spread
        self.tau = tau
    }

    /// The floor of a comparison of two environments whose own A/A runs are known: an A/A ratio has the noise of its
    /// environment twice, a ratio of two environments has each once.
    public static func between(_ one: NoiseFloor, _ other: NoiseFloor) -> NoiseFloor {
        NoiseFloor(
            spread: ((one.spread * one.spread + other.spread * other.spread) / 2).squareRoot(),
            tau: ((one.tau * one.tau + other.tau * other.tau) / 2).squareRoot()
        )
    }

    /// Half-width on the log scale that an interval is likely to have after `rounds`; nil under two.
    public func halfWidth(rounds: Int, alpha: Double) -> Double? {
        guard rounds >= 2, alpha > 0, alpha < 1 else { return nil }
        return spread * RoundsNeeded.width(rounds, alpha)
    }

    /// The smallest true difference, on the log scale, whose interval, widened for tau, excludes 0 in four of five runs
    /// of `rounds`:
    /// (t(1 - alpha/2, n - 1) + t(0.8, n - 1)) sqrt(s^2 (pi/3)/n + tau^2).
    ///
    /// At six rounds, whose interval reaches from the least to the greatest, it is nearer to two of three runs.
    ///
    /// - Returns: Nil where so few rounds have no interval.
    public func smallestVisible(rounds: Int, alpha: Double) -> Double? {
        guard alpha > 0, alpha < 1, rounds >= RoundsNeeded.leastWithInterval(alpha: alpha) else { return nil }
        let degrees = Double(rounds - 1)
        let factor =
            StudentT.quantile(1 - alpha / 2, degrees: degrees) + StudentT.quantile(Self.power, degrees: degrees)
        return factor * (spread * spread * Double.pi / 3 / Double(rounds) + tau * tau).squareRoot()
    }

    /// Rounds after which the half-width is likely to be at most `target`; nil where no number would do.
    public func rounds(forHalfWidth target: Double, alpha: Double) -> Int? {
        RoundsNeeded.forHalfWidth(target, spread: spread, alpha: alpha)
    }

    /// The share of runs that show the smallest visible difference.
    public static let power = 0.8
}
