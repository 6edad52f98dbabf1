import Glibc

/// A place where a series changes.
public struct ChangePoint: Sendable, Equatable {
    /// The first value after the change, from 0.
    public var index: Int
    /// Energy statistic of the split.
    public var q: Double
    /// p-value of the permutation test.
    public var p: Double

    /// Creates a change point.
    public init(index: Int, q: Double, p: Double) {
        self.index = index
        self.q = q
        self.p = p
    }
}

/// Change points in a history of runs: E-divisive of Matteson and James (2014) with energy exponent 1, by binary
/// segmentation and a seeded permutation test. Alerts, which do not block.
public struct ChangePoints: Sendable, Equatable {
    /// How the series is searched.
    public struct Search: Sendable, Equatable {
        /// Level of the permutation test.
        public var level = 0.01
        /// R, the permutations of a test that finds a change.
        public var permutations = 999
        /// The fewest values of a part, at least 2; segments under twice as many are not tested.
        public var minimumSegment = 3
        /// Of longer series only so many of the latest values are searched.
        public var latest = 200

        /// The project's defaults.
        public init() {}
    }

    /// The split of greatest energy of the whole series, significant or not.
    public struct Split: Sendable, Equatable {
        /// First value of the right part.
        public var tau: Int
        /// The right part's end, which it does not include.
        public var kappa: Int
        /// Energy statistic.
        public var q: Double
    }

    /// The first split looked at, in places of the whole series; nil where it is too short to be tested.
    public var first: Split?
    /// The significant changes by ascending index.
    public var points: [ChangePoint]

    /// Searches a series in the order of its runs.
    ///
    /// - Parameters:
    ///   - x: One value a run.
    ///   - seed: The same seed gives the same p-values.
    ///   - search: Level, permutations and lengths.
    /// - Returns: Nil where a value is not finite.
    public static func find(_ x: [Double], seed: UInt64, search: Search = Search()) -> ChangePoints? {
        guard x.allSatisfy(\.isFinite) else { return nil }
        let offset = max(0, x.count - max(0, search.latest))
        var segmentation = Segmentation(x: Array(x[offset...]), offset: offset, seed: seed, search: search)
        segmentation.run()
        return ChangePoints(
            first: segmentation.first,
            points: segmentation.points.sorted { $0.index < $1.index }
        )
    }

    /// The changes that matter: |ln(mean after / mean before)| >= ln(1 + delta) between adjacent segments.
    ///
    /// - Parameters:
    ///   - x: The searched series; values on a ratio scale, such as seconds or env/native.
    ///   - delta: The smallest change that matters, as a fraction.
    /// - Returns: The points kept; one whose segments' means are not both positive has no ratio and is kept.
    public func mattering(in x: [Double], delta: Double, latest: Int = Search().latest) -> [ChangePoint] {
        let edges = [max(0, x.count - max(0, latest))] + points.map(\.index) + [x.count]
        return points.indices.filter { place in
            guard let before = Summary.mean(Array(x[edges[place]..<edges[place + 1]])),
                let after = Summary.mean(Array(x[edges[place + 1]..<edges[place + 2]])), before > 0, after > 0
            else { return true }
            return abs(log(after / before)) >= log(1 + delta)
        }.map { points[$0] }
    }
}

/// One search: depth first, left child first, one generator throughout.
private struct Segmentation {
    let x: [Double]
    let offset: Int
    let search: ChangePoints.Search
    var generator: Xoshiro256
    var first: ChangePoints.Split?
    var points: [ChangePoint] = []

    init(x: [Double], offset: Int, seed: UInt64, search: ChangePoints.Search) {
        self.x = x
        self.offset = offset
        self.search = search
        generator = Xoshiro256(seed: seed)
    }

    mutating func run() {
        let minimum = max(2, search.minimumSegment)
        var pending = [0..<x.count]
        while let segment = pending.popLast() {
            guard segment.count >= 2 * minimum else { continue }
            let values = Array(x[segment])
            var scan = EnergyScan(length: values.count, minimum: minimum)
            guard let split = scan.best(values) else { continue }
            if segment.count == x.count {
                first = ChangePoints.Split(tau: offset + split.tau, kappa: offset + split.kappa, q: split.q)
            }
            guard let p = significance(of: split, values, &scan) else { continue }
            let index = segment.lowerBound + split.tau
            points.append(ChangePoint(index: offset + index, q: split.q, p: p))
            pending.append(index..<segment.upperBound)
            pending.append(segment.lowerBound..<index)
        }
    }

    /// p of a significant split; nil as soon as it cannot be significant any more.
    private mutating func significance(
        of split: EnergyScan.Split,
        _ values: [Double],
        _ scan: inout EnergyScan
    ) -> Double? {
        let arrangements = Double(search.permutations + 1)
        let limit = split.q - 1e-9 * max(1, abs(split.q))
        var shuffled = values
        var exceedances = 0
        for _ in 0..<max(0, search.permutations) {
            generator.shuffle(&shuffled)
            guard scan.reaches(limit, shuffled) else { continue }
            exceedances += 1
            if Double(exceedances) > search.level * arrangements - 1 { return nil }
        }
        let p = Double(exceedances + 1) / arrangements
        return p <= search.level ? p : nil
    }
}
