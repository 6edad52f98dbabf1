/// A point with its distribution-free interval, on the scale of the values it was made from (for benchrun: log ratios).
public struct Estimate: Sendable, Equatable {
    /// The Hodges-Lehmann estimate.
    public var value: Double
    /// Lower end of the interval; nil where so few values have no interval at this level.
    public var lower: Double?
    /// Upper end of the interval; nil where so few values have no interval at this level.
    public var upper: Double?
    /// k: the interval ends at the k-th smallest and k-th largest pairwise value; 0 without an interval.
    public var rank: Int
    /// Exact probability, under the null distribution, that such an interval covers; nil without an interval.
    public var achievedConfidence: Double?
    /// Number of rounds: of `d`, or the smaller of the two samples' numbers.
    public var count: Int

    /// Creates an estimate.
    public init(
        value: Double,
        lower: Double?,
        upper: Double?,
        rank: Int,
        achievedConfidence: Double?,
        count: Int
    ) {
        self.value = value
        self.lower = lower
        self.upper = upper
        self.rank = rank
        self.achievedConfidence = achievedConfidence
        self.count = count
    }

    /// Half of the interval's width; nil without an interval.
    public var halfWidth: Double? {
        guard let lower, let upper else { return nil }
        return (upper - lower) / 2
    }
}
