/// Whether a series falls into two groups: the best split of its sorted values.
public struct Clusters: Sendable, Equatable {
    /// s = 1 - WSS/TSS in 0...1, the share of the variation that lies between the groups.
    public var statistic: Double
    /// Number of values in the lower group; 0 without a split.
    public var lowerCount: Int

    /// The best split with at least max(3, ceil(n/10)) values on each side; ties go to the smaller lower side.
    ///
    /// - Returns: Statistic 0 and no lower group where all values are equal or too few; nil when a value is not finite.
    public static func split(_ x: [Double]) -> Clusters? {
        guard x.allSatisfy(\.isFinite) else { return nil }
        let none = Clusters(statistic: 0, lowerCount: 0)
        let n = x.count
        let least = max(3, (n + 9) / 10)
        guard n >= 2 * least else { return none }
        let mean = Summary.plainMean(x)
        let sorted = x.sorted()
        guard sorted[0] < sorted[n - 1] else { return none }
        let centred = sorted.map { $0 - mean }
        let total = centred.reduce(0, +)
        let square = centred.reduce(0) { $0 + $1 * $1 } - total * total / Double(n)
        guard square > 0 else { return none }
        var best = none
        var sum = 0.0
        for lower in 1...(n - least) {
            sum += centred[lower - 1]
            guard lower >= least else { continue }
            // TSS - WSS is the sum of squares between the two means.
            let k = Double(lower)
            let gap = sum / k - (total - sum) / (Double(n) - k)
            let share = gap * gap * k * (Double(n) - k) / Double(n) / square
            if best.lowerCount == 0 || share > best.statistic + 1e-12 {
                best = Clusters(statistic: min(1, share), lowerCount: lower)
            }
        }
        return best
    }

    /// What the statistic exceeds in at most about 1 % of normal series: .83, .80 and .76 at n = 20, 30 and 50, linear
    /// between, .76 beyond.
    ///
    /// - Returns: Nil under 20 values, of which nothing can be said.
    public static func threshold(count: Int) -> Double? {
        switch count {
        case ..<20: nil
        case ..<30: 0.83 - 0.03 * Double(count - 20) / 10
        case ..<50: 0.80 - 0.04 * Double(count - 30) / 20
        default: 0.76
        }
    }

    /// Whether a series of `count` values with this split is to be flagged `clustered`.
    public func isClustered(count: Int) -> Bool {
        guard let threshold = Self.threshold(count: count) else { return false }
        return statistic > threshold
    }
}
