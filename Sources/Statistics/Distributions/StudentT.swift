import Glibc

/// Student's t distribution with any positive number of degrees of freedom, whole or not.
public enum StudentT {
    /// P(T <= t); NaN unless the degrees are positive.
    public static func probability(atMost t: Double, degrees: Double) -> Double {
        probability(atLeast: -t, degrees: degrees)
    }

    /// P(T >= t), with full relative precision in the upper tail; NaN unless the degrees are positive.
    public static func probability(atLeast t: Double, degrees: Double) -> Double {
        guard degrees > 0, !t.isNaN else { return .nan }
        guard degrees.isFinite else { return Normal.probability(atLeast: t) }
        return t >= 0 ? tail(t, degrees) : 1 - tail(-t, degrees)
    }

    /// The t with P(T <= t) = p; infinite at 0 and 1, NaN outside or unless the degrees are positive.
    public static func quantile(_ p: Double, degrees: Double) -> Double {
        guard degrees > 0, p >= 0, p <= 1 else { return .nan }
        guard degrees.isFinite else { return Normal.quantile(p) }
        if p == 0 { return -.infinity }
        if p == 1 { return .infinity }
        if p == 0.5 { return 0 }
        return p < 0.5 ? -upperQuantile(p, degrees) : upperQuantile(1 - p, degrees)
    }

    /// P(T >= t) for t >= 0: half of I_x(degrees/2, 1/2) at x = degrees / (degrees + t^2).
    private static func tail(_ t: Double, _ degrees: Double) -> Double {
        let square = t * t
        guard square.isFinite else { return 0 }
        if square == 0 { return 0.5 }
        let sum = degrees + square
        let logX = -log1p(square / degrees)
        return 0.5
            * IncompleteBeta.regularized(
                a: degrees / 2,
                b: 0.5,
                x: degrees / sum,
                y: square / sum,
                logX: logX,
                logY: logX + log(square / degrees)
            )
    }

    private static func density(_ t: Double, _ degrees: Double) -> Double {
        exp(
            -IncompleteBeta.logBeta(degrees / 2, 0.5) - log(degrees) / 2
                - (degrees + 1) / 2 * log1p(t * t / degrees)
        )
    }

    /// The t > 0 with P(T >= t) = q < 1/2: Newton on the log of the tail, from the first terms of Cornish and Fisher's
    /// series, kept in a bracket by bisection.
    private static func upperQuantile(_ q: Double, _ degrees: Double) -> Double {
        let z = -Normal.quantile(q)
        var low = 0.0
        var high = Double.infinity
        var t = z + (z * z * z + z) / (4 * max(1, degrees))
        for _ in 0..<2000 {
            let p = tail(t, degrees)
            if p > q { low = t } else { high = t }
            var next = t + log(p / q) * p / density(t, degrees)
            if !(next > low && next < high) { next = high.isFinite ? (low + high) / 2 : 2 * t }
            let moved = abs(next - t)
            t = next
            if moved <= 2e-16 * t { break }
        }
        return t
    }
}
