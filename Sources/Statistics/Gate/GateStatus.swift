import Glibc

/// What the gate says about one row, a workload in an environment.
public enum GateStatus: String, Sendable, Equatable, CaseIterable {
    /// Slower by more than delta, beyond doubt.
    case regression
    /// Looks like a regression, not confirmed.
    case suspect
    /// Faster by more than delta.
    case improved
    /// Not slower by delta or more.
    case pass
    /// The interval is too wide to tell.
    case inconclusive

    /// Mode A, interleaved A/B in one run.
    ///
    /// - Parameters:
    ///   - lower: Lower end of the interval of ln(candidate/baseline); nil without one.
    ///   - upper: Its upper end.
    ///   - confirmation: Lower end of the same row in the fresh confirmation run; nil where there was none.
    ///   - delta: The smallest change that matters, as a fraction.
    public static func interleaved(
        lower: Double?,
        upper: Double?,
        confirmation: Double?,
        delta: Double
    ) -> GateStatus {
        let confirmed = confirmation.map { $0 > log(1 + delta) } ?? false
        return of(lower: lower, upper: upper, delta: delta, confirmed: confirmed)
    }

    /// The order in which all modes decide: regression or suspect, improved, pass, inconclusive.
    static func of(lower: Double?, upper: Double?, delta: Double, confirmed: Bool) -> GateStatus {
        guard let lower, let upper else { return .inconclusive }
        let band = log(1 + delta)
        if lower > band { return confirmed ? .regression : .suspect }
        if upper < -band { return .improved }
        if upper < band { return .pass }
        return .inconclusive
    }

    /// Exit status of rows taken together: 1 with a regression, else 3 with a suspect or inconclusive one, else 0.
    public static func exitCode(_ rows: [GateStatus]) -> Int32 {
        if rows.contains(.regression) { return 1 }
        return rows.contains(.suspect) || rows.contains(.inconclusive) ? 3 : 0
    }
}
