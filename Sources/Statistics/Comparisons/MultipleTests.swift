/// p-values adjusted for being several. A NaN counts as 1: a test without an answer finds nothing, yet is counted.
public enum MultipleTests {
    /// Holm (1979): controls the chance of any false finding.
    ///
    /// - Returns: The adjusted values in the order of `p`; reject where one is at most the level.
    public static func holm(_ p: [Double]) -> [Double] {
        let count = p.count
        var adjusted = [Double](repeating: 1, count: count)
        var highest = 0.0
        for (position, index) in ascending(p).enumerated() {
            highest = max(highest, min(1, Double(count - position) * known(p[index])))
            adjusted[index] = highest
        }
        return adjusted
    }

    /// Benjamini and Hochberg (1995): controls the expected share of false findings.
    ///
    /// - Returns: The adjusted values in the order of `p`; reject where one is at most the level.
    public static func benjaminiHochberg(_ p: [Double]) -> [Double] {
        let count = p.count
        var adjusted = [Double](repeating: 1, count: count)
        var lowest = 1.0
        for (position, index) in ascending(p).enumerated().reversed() {
            lowest = min(lowest, Double(count) / Double(position + 1) * known(p[index]))
            adjusted[index] = lowest
        }
        return adjusted
    }

    private static func known(_ p: Double) -> Double {
        p.isNaN ? 1 : p
    }

    private static func ascending(_ p: [Double]) -> [Int] {
        p.indices.sorted { (known(p[$0]), $0) < (known(p[$1]), $1) }
    }
}
