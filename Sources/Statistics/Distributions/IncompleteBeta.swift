import Glibc

/// The regularised incomplete beta function, from which the distributions of t and F follow.
enum IncompleteBeta {
    /// I_x(a, b) for a, b > 0, where `y` is 1 - x, given apart since one of the two may be tiny.
    ///
    /// - Parameters:
    ///   - logX: ln x, as precise as the caller knows it.
    ///   - logY: ln y.
    static func regularized(a: Double, b: Double, x: Double, y: Double, logX: Double, logY: Double) -> Double {
        if x <= 0 { return 0 }
        if y <= 0 { return 1 }
        let front = exp(a * logX + b * logY - logBeta(a, b))
        if x < (a + 1) / (a + b + 2) {
            return front * continuedFraction(a, b, x) / a
        }
        return 1 - front * continuedFraction(b, a, y) / b
    }

    /// ln B(a, b).
    static func logBeta(_ a: Double, _ b: Double) -> Double {
        if b == 0.5 { return log(Double.pi) / 2 - logHalfStep(a) }
        if a == 0.5 { return log(Double.pi) / 2 - logHalfStep(b) }
        return logGamma(a) + logGamma(b) - logGamma(a + b)
    }

    private static func logGamma(_ x: Double) -> Double {
        lgamma(x).0
    }

    /// ln(Gamma(a + 1/2) / Gamma(a)), without the cancellation of two large logarithms.
    private static func logHalfStep(_ a: Double) -> Double {
        guard a >= 20 else { return log(tgamma(a + 0.5) / tgamma(a)) }
        // Asymptotic series from Stirling's; the first term left out is below 4e-15 here.
        let r = 1 / a
        let r2 = r * r
        return log(a) / 2 - r * (1.0 / 8 - r2 * (1.0 / 192 - r2 * (1.0 / 640 - r2 * 17.0 / 14336)))
    }

    /// Lentz's evaluation of the continued fraction DLMF 8.17.22.
    private static func continuedFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        func nudged(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / nudged(1 - (a + b) * x / (a + 1))
        var result = d
        for step in 1...20_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / nudged(1 + even * d)
            c = nudged(1 + even / c)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / nudged(1 + odd * d)
            c = nudged(1 + odd / c)
            result *= d * c
            if abs(d * c - 1) <= 2 * Double.ulpOfOne { break }
        }
        return result
    }
}
