/// Order statistics of the n(n + 1)/2 Walsh averages or the mn differences of sorted samples, without listing them.
///
/// The number of pairs at most v is counted in linear time with two indices, since rounding keeps sums and differences
/// monotone. A bisection over the ordered bit patterns of Double then ends, after at most 64 counts, exactly at the
/// wanted pair's value.
enum PairSelection {
    /// Number of Walsh averages (x[i] + x[j])/2, i <= j, of sorted `x` that are at most `limit`.
    static func walshCount(_ x: [Double], atMost limit: Double) -> Int {
        walshCount(x) { $0 <= limit }
    }

    /// Number of Walsh averages of sorted `x` that are less than `limit`.
    static func walshCount(_ x: [Double], below limit: Double) -> Int {
        walshCount(x) { $0 < limit }
    }

    /// Number of differences y[j] - x[i] of sorted samples that are at most `limit`.
    static func differenceCount(_ x: [Double], _ y: [Double], atMost limit: Double) -> Int {
        x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in
                var count = 0
                var j = 0
                for value in x {
                    while j < y.count, y[j] - value <= limit { j += 1 }
                    count += j
                }
                return count
            }
        }
    }

    /// The `rank`-th smallest Walsh average of sorted, not empty `x`, from 1.
    static func walsh(_ x: [Double], rank: Int) -> Double {
        select(rank: rank, from: x[0], through: x[x.count - 1]) { walshCount(x, atMost: $0) }
    }

    /// The `rank`-th smallest difference y - x of sorted, not empty samples, from 1.
    static func difference(_ x: [Double], _ y: [Double], rank: Int) -> Double {
        select(rank: rank, from: y[0] - x[x.count - 1], through: y[y.count - 1] - x[0]) {
            differenceCount(x, y, atMost: $0)
        }
    }

    /// Median of `count` pairs of which `select` gives the one of a rank.
    static func median(count: Int, select: (Int) -> Double) -> Double {
        guard count % 2 == 0 else { return select(count / 2 + 1) }
        return (select(count / 2) + select(count / 2 + 1)) / 2
    }

    @inline(__always)
    private static func walshCount(_ x: [Double], where holds: (Double) -> Bool) -> Int {
        x.withUnsafeBufferPointer { x in
            var count = 0
            var j = x.count - 1
            var i = 0
            while i <= j {
                while j >= i, !holds((x[i] + x[j]) / 2) { j -= 1 }
                count += j - i + 1
                i += 1
            }
            return count
        }
    }

    /// The least v with `countAtMost(v) >= rank`, which is a value of the set when it lies in `from...through`.
    @inline(__always)
    private static func select(
        rank: Int,
        from: Double,
        through: Double,
        countAtMost: (Double) -> Int
    ) -> Double {
        var low = orderedKey(from)
        var high = orderedKey(through)
        while low < high {
            let middle = (low & high) + ((low ^ high) >> 1)
            if countAtMost(value(middle)) >= rank {
                high = middle
            } else {
                low = middle + 1
            }
        }
        // Adding zero turns a negative zero into the usual one.
        return value(low) + 0
    }

    /// Integer in the order of the doubles; the mapping is its own inverse.
    private static func orderedKey(_ x: Double) -> Int64 {
        flip(Int64(bitPattern: x.bitPattern))
    }

    private static func value(_ key: Int64) -> Double {
        Double(bitPattern: UInt64(bitPattern: flip(key)))
    }

    private static func flip(_ bits: Int64) -> Int64 {
        bits ^ ((bits >> 63) & Int64.max)
    }
}
