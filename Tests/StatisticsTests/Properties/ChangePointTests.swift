import Foundation
import Testing

@testable import Statistics

@Suite struct ChangePointTests {
    /// The formula as the reference states it.
    private func energy(_ x: [Double], tau: Int, kappa: Int) -> Double {
        func sum(_ a: Range<Int>, _ b: Range<Int>) -> Double {
            a.reduce(0) { total, i in total + b.reduce(0) { $0 + abs(x[i] - x[$1]) } }
        }
        let t = Double(tau)
        let m = Double(kappa - tau)
        let left = sum(0..<tau, 0..<tau) / 2
        let right = sum(tau..<kappa, tau..<kappa) / 2
        return (t * m / (t + m))
            * (2 * sum(0..<tau, tau..<kappa) / (t * m) - 2 * left / (t * (t - 1)) - 2 * right / (m * (m - 1)))
    }

    @Test func scanEqualsTheFormula() throws {
        var noise = Noise(60)
        for trial in 0..<60 {
            let count = noise.whole(6...16)
            let x = noise.series(count, mean: 100, grain: trial % 2 == 0 ? nil : 1)
            var best = -Double.infinity
            for tau in 3...(count - 3) {
                for kappa in (tau + 3)...count { best = max(best, energy(x, tau: tau, kappa: kappa)) }
            }
            var scan = EnergyScan(length: count, minimum: 3)
            let found = scan.best(x)
            let split = try #require(found)
            #expect(near(split.q, best, 1e-9))
            #expect(near(energy(x, tau: split.tau, kappa: split.kappa), split.q, 1e-9))
            let reached = scan.reaches(best - 1e-9, x)
            let exceeded = scan.reaches(best + 1e-6, x)
            #expect(reached && !exceeded)
        }
        var constant = EnergyScan(length: 8, minimum: 3)
        let flat = constant.best([Double](repeating: 0.1, count: 8))
        #expect(flat == EnergyScan.Split(tau: 3, kappa: 6, q: 0))
    }

    @Test func stepsAreFoundWhereTheyAre() throws {
        var noise = Noise(61)
        for seed in 0..<10 as Range<UInt64> {
            let first = noise.whole(8...12)
            let second = first + noise.whole(8...12)
            let x = noise.series(second + 10, mean: 100, sd: 0.5).enumerated().map { index, value in
                index < first ? value : index < second ? value + 8 : value + 4
            }
            let found = try #require(ChangePoints.find(x, seed: seed))
            #expect(found.points.map(\.index) == [first, second])
            #expect(found.points.allSatisfy { $0.p <= 0.01 && $0.q > 0 })
            #expect(ChangePoints.find(x, seed: seed) == found)
            #expect(found.mattering(in: x, delta: 0.05).map(\.index) == [first])
            #expect(found.mattering(in: x, delta: 0.01).count == 2)
            #expect(found.mattering(in: x, delta: 0.5).isEmpty)
        }
    }

    @Test func noiseHasNoChanges() throws {
        var noise = Noise(62)
        var alarms = 0
        for seed in 0..<100 as Range<UInt64> {
            let found = try #require(ChangePoints.find(noise.series(20), seed: seed))
            if !found.points.isEmpty { alarms += 1 }
        }
        #expect(alarms <= 5)
    }

    @Test func onlyTheLatestOfALongSeriesAreSearched() throws {
        var noise = Noise(63)
        var search = ChangePoints.Search()
        search.latest = 30
        search.permutations = 199
        let x = noise.series(100, mean: 10, sd: 0.1).enumerated().map { $0 < 40 ? $1 : $0 < 85 ? $1 + 2 : $1 + 4 }
        let found = try #require(ChangePoints.find(x, seed: 1, search: search))
        #expect(found.points.map(\.index) == [85] && found.first?.tau == 85)
        #expect(found.mattering(in: x, delta: 0.05, latest: 30).map(\.index) == [85])
        #expect(
            found.points
                == ChangePoints.find(Array(x.suffix(30)), seed: 1, search: search)?.points.map {
                    ChangePoint(index: $0.index + 70, q: $0.q, p: $0.p)
                }
        )
    }

    @Test func shortAndOddSeries() throws {
        for count in 0..<6 {
            let x = (0..<count).map { Double($0) }
            #expect(ChangePoints.find(x, seed: 1) == ChangePoints(first: nil, points: []))
        }
        #expect(ChangePoints.find([1, 2, .nan, 4, 5, 6, 7], seed: 1) == nil)
        let flat = try #require(ChangePoints.find([Double](repeating: 7, count: 20), seed: 1))
        #expect(flat.points.isEmpty && flat.first == ChangePoints.Split(tau: 3, kappa: 6, q: 0))
        var search = ChangePoints.Search()
        search.permutations = 0
        search.minimumSegment = 0
        #expect(ChangePoints.find([1, 1, 9, 9], seed: 1, search: search)?.points.isEmpty == true)
        let signed = ChangePoints(first: nil, points: [ChangePoint(index: 2, q: 1, p: 0.001)])
        #expect(signed.mattering(in: [-1, -1, 1, 1], delta: 0.05).count == 1)
    }
}
