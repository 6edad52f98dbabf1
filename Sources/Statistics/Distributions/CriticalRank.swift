/// The order statistic at which a distribution-free interval ends.
enum CriticalRank {
    /// Relative slack of the comparison with the level, so that a probability that equals it as a fraction counts.
    private static let slack = 1e-12

    /// #{t : P(statistic <= t) <= level} for a statistic on 0...maximum, symmetric; 0 unless 0 < level < 1/2.
    static func find(maximum: Int, level: Double, probability: (Int) -> Double) -> Int {
        guard level > 0, level < 0.5 else { return 0 }
        var low = 0
        var high = maximum / 2 + 1
        while low < high {
            let middle = (low + high) / 2
            if probability(middle) <= level * (1 + slack) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        // At half of the maximum the probability is at least 1/2, so the two ends cannot cross.
        return min(low, (maximum + 1) / 2)
    }
}
