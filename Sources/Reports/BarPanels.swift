/// To which scales bars are drawn whose lengths lie far apart: all to one, or the short ones in a panel of their own. A
/// logarithmic axis would not do: the length of a stacked bar's part would depend on where it begins.
struct BarPanels: Equatable {
    /// What the first panel shows at least, where there are two.
    var zoom: Double?
    /// The longest bar.
    var longest: Double

    /// A panel of its own from this ratio of neighbouring lengths on.
    private static let splitRatio = 2.5

    /// - Parameter lengths: of the bars, above 0.
    init(_ lengths: [Double]) {
        let sorted = lengths.filter { $0 > 0 && $0.isFinite }.sorted()
        longest = sorted.last ?? 1
        let gaps = zip(sorted, sorted.dropFirst()).dropFirst()
        // Alone in its panel a bar is compared with nothing, so that the shortest never is.
        if let widest = gaps.max(by: { $0.1 / $0.0 < $1.1 / $1.0 }), widest.1 / widest.0 >= Self.splitRatio {
            zoom = widest.0
        }
    }

    /// Marks of an axis that ends there: about five, at round places.
    static func ticks(to end: Double) -> [Double] {
        guard end > 0, end.isFinite else { return [] }
        let step = step(to: end)
        return (0..<20).map { Double($0) * step }.filter { $0 <= end }
    }

    /// A round step that makes about five marks.
    static func step(to end: Double) -> Double {
        var power = 1e-9
        while power * 10 < end / 4, power < 1e9 { power *= 10 }
        return [1.0, 2, 5, 10].map { $0 * power }.first { end / $0 <= 6 } ?? power * 10
    }
}
