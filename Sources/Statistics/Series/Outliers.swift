/// Outliers by the modified z score of Iglewicz and Hoaglin (1993). They are flagged, never dropped.
public struct Outliers: Sendable, Equatable {
    /// Modified z score of each value.
    public var scores: [Double]
    /// Places, from 0, of the values whose score is beyond the threshold.
    public var indices: [Int]

    /// Scores 0.6745 (x - median)/MAD; where the MAD is 0, (x - median)/(1.253314 mean|x - median|), and 0 where that
    /// is 0 too.
    ///
    /// - Parameter threshold: A value is flagged where |score| > threshold.
    /// - Returns: Nil when `x` is empty or a value is not finite.
    public static func find(_ x: [Double], threshold: Double = 3.5) -> Outliers? {
        guard let median = Summary.median(x), let mad = Summary.mad(x) else { return nil }
        let unit = mad > 0 ? mad / 0.6745 : 1.253314 * Summary.plainMean(x.map { abs($0 - median) })
        let scores = x.map { unit > 0 ? ($0 - median) / unit : 0 }
        return Outliers(scores: scores, indices: scores.indices.filter { abs(scores[$0]) > threshold })
    }
}
