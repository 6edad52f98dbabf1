import Glibc

/// The standard normal distribution.
public enum Normal {
    /// P(Z <= z).
    public static func probability(atMost z: Double) -> Double {
        erfc(-z / 2.0.squareRoot()) / 2
    }

    /// P(Z >= z).
    public static func probability(atLeast z: Double) -> Double {
        erfc(z / 2.0.squareRoot()) / 2
    }

    /// The z with P(Z <= z) = p; infinite at 0 and 1, NaN outside.
    public static func quantile(_ p: Double) -> Double {
        guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
        let tail = min(p, 1 - p)
        // Start: Abramowitz and Stegun 26.2.23, off by at most 4.5e-4; each step of Halley triples the digits.
        let r = (-2 * log(tail)).squareRoot()
        var z = r - (2.515517 + r * (0.802853 + r * 0.010328)) / (1 + r * (1.432788 + r * (0.189269 + r * 0.001308)))
        for _ in 0..<3 {
            let step = (tail - probability(atLeast: z)) * (2 * Double.pi).squareRoot() * exp(z * z / 2)
            guard step.isFinite else { break }
            z -= step / (1 + z * step / 2)
        }
        return p < 0.5 ? -z : z
    }

    /// Edgeworth's series of a symmetric distribution to its fourth cumulant: z standardised, excess kurtosis given.
    static func edgeworth(_ z: Double, excess: Double) -> Double {
        let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
        return min(1, max(0, probability(atMost: z) - density * excess / 24 * (z * z * z - 3 * z)))
    }
}
