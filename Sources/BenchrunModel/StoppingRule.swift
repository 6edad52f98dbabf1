/// When a run has measured enough: a fixed number of rounds, or until every interval is narrow enough.
///
/// Source of the defaults: STATISTICS.md, section 1. Only the width of an interval decides, never its position.
public struct StoppingRule: Sendable, Codable, Equatable {
    /// How the number of rounds is found.
    public enum Mode: String, Sendable, Codable, CaseIterable {
        /// It is given.
        case fixed
        /// Each pair of an environment and native goes on until its interval is narrow enough.
        case adaptive
    }

    /// How the number of rounds is found.
    public var mode: Mode
    /// The first round after which a pair may be closed.
    public var minimum: Int
    /// The round after which a pair is closed in any case.
    public var maximum: Int
    /// One minus the confidence of the interval that decides, and that the report calls one of 95 %: 0.05 where the
    /// number of rounds is fixed, 0.04 where a look after every round has to be paid for.
    public var alpha: Double
    /// Wanted half-width on the log scale, for environments whose file does not name one.
    public var halfWidth: Double

    /// The half-width of a report, 2 %.
    public static let reportHalfWidth = 0.02

    /// A given number of rounds.
    public static func fixed(_ rounds: Int, halfWidth: Double = reportHalfWidth) -> StoppingRule {
        StoppingRule(mode: .fixed, minimum: rounds, maximum: rounds, alpha: 0.05, halfWidth: halfWidth)
    }

    /// From `minimum` to `maximum` rounds, until the interval is narrow enough.
    public static func adaptive(
        minimum: Int = 10,
        maximum: Int = 60,
        halfWidth: Double = reportHalfWidth
    ) -> StoppingRule {
        StoppingRule(
            mode: .adaptive,
            minimum: min(minimum, maximum),
            maximum: maximum,
            alpha: 0.04,
            halfWidth: halfWidth
        )
    }

    /// The rule by which what looks like a regression is measured afresh: an interval narrower by the square root of
    /// two, in twice the rounds.
    ///
    /// A row is confirmed only where two independent intervals both lie above the change that matters. With two of the
    /// same width the chance to find a true change is squared; the wider sample makes the second one's nearly certain, and
    /// only a row that is under suspicion pays for it.
    public var confirmation: StoppingRule {
        var rule = self
        rule.minimum *= 2
        rule.maximum *= 2
        rule.halfWidth /= 2.0.squareRoot()
        return rule
    }

    /// The half-width wanted in an environment: its file's, or this rule's.
    public func target(of environment: EnvironmentSpec) -> Double {
        environment.halfWidth ?? halfWidth
    }

    /// The last round of the Latin square that `round` is in, squares having as many rounds as there are
    /// environments: only there may a workload leave without giving an environment one place more often than another.
    /// With a fixed number of rounds it is `round` itself.
    public func boundary(after round: Int, environments: Int) -> Int {
        guard mode == .adaptive, environments > 1 else { return round }
        return (round + environments - 1) / environments * environments
    }

    /// The most rounds a schedule of so many environments can have.
    public func mostRounds(environments: Int) -> Int {
        boundary(after: maximum, environments: environments)
    }
}

/// Why no further round of a pair was asked for.
public enum StopReason: String, Sendable, Codable, CaseIterable {
    /// The interval is as narrow as wanted.
    case precision
    /// The most rounds are done.
    case maximum = "n_max"
    /// The time budget was spent.
    case budget
    /// The given number of rounds is done.
    case fixed
    /// The run was interrupted.
    case interrupted
    /// None of the first rounds gave a value, or the run ended with an error.
    case failed
    /// The environment could not be used any more.
    case unavailable
}
