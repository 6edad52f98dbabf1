/// Ranks of a series.
enum Ranks {
    /// Ranks from 1, tied values sharing the average of their places.
    static func average(_ x: [Double]) -> [Double] {
        let order = x.indices.sorted { x[$0] < x[$1] }
        var ranks = [Double](repeating: 0, count: x.count)
        for run in runs(order.map { x[$0] }) {
            let rank = Double(run.lowerBound + run.upperBound + 1) / 2
            for place in run { ranks[order[place]] = rank }
        }
        return ranks
    }

    /// Sizes of the groups of equal values, those of one value included.
    static func tieSizes(_ x: [Double]) -> [Int] {
        runs(x.sorted()).map(\.count)
    }

    private static func runs(_ sorted: [Double]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
            runs.append(start..<end)
            start = end
        }
        return runs
    }
}
