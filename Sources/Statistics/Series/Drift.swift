/// Whether the rounds' values move with time or depend on the one before.
public struct Drift: Sendable, Equatable {
    /// Spearman's rank correlation of value and round, average ranks for ties.
    public var spearman: Double
    /// Its two-sided p-value by the t approximation with n - 2 degrees of freedom.
    public var p: Double
    /// Lag-1 autocorrelation: sum (d[i] - mean)(d[i+1] - mean) / sum (d[i] - mean)^2.
    public var lag1: Double
    /// Number of values.
    public var count: Int

    /// The level under which the rank correlation is flagged.
    public static let level = 0.01

    /// Both figures of a series in the order of its rounds; 0, 0 and p = 1 where all values are equal, and p = 1 under
    /// three values.
    ///
    /// - Returns: Nil when `d` is empty or a value is not finite.
    public static func of(_ d: [Double]) -> Drift? {
        guard Summary.isUsable(d) else { return nil }
        let n = d.count
        guard d.contains(where: { $0 != d[0] }) else { return Drift(spearman: 0, p: 1, lag1: 0, count: n) }
        let ranks = Ranks.average(d)
        let middle = Double(n + 1) / 2
        var product = 0.0
        var rankSquare = 0.0
        var roundSquare = 0.0
        for (index, rank) in ranks.enumerated() {
            let round = Double(index + 1) - middle
            product += round * (rank - middle)
            rankSquare += (rank - middle) * (rank - middle)
            roundSquare += round * round
        }
        let rho = max(-1, min(1, product / (rankSquare * roundSquare).squareRoot()))
        return Drift(spearman: rho, p: pValue(rho, count: n), lag1: lag1(d), count: n)
    }

    /// Whether the lag-1 autocorrelation is beyond 1.96/sqrt(n).
    public var isAutocorrelated: Bool {
        abs(lag1) > 1.96 / Double(count).squareRoot()
    }

    /// Whether the series is to be flagged `drift`.
    public var isFlagged: Bool {
        p < Self.level || isAutocorrelated
    }

    private static func pValue(_ rho: Double, count: Int) -> Double {
        guard count > 2 else { return 1 }
        let degrees = Double(count - 2)
        let rest = (1 - rho) * (1 + rho)
        guard rest > 0 else { return 0 }
        return min(1, 2 * StudentT.probability(atLeast: abs(rho) * (degrees / rest).squareRoot(), degrees: degrees))
    }

    private static func lag1(_ d: [Double]) -> Double {
        let mean = Summary.plainMean(d)
        let centred = d.map { $0 - mean }
        let square = centred.reduce(0) { $0 + $1 * $1 }
        guard square > 0 else { return 0 }
        return zip(centred, centred.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / square
    }
}
