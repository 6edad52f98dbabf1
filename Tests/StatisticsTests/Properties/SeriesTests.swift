import Foundation
import Testing

@testable import Statistics

@Suite struct SeriesTests {
    @Test func clustersAndOutliersAreAffineInvariant() throws {
        var noise = Noise(50)
        for _ in 0..<500 {
            let x = noise.series(noise.whole(6...40))
            let moved = x.map { 3 + 0.2 * $0 }
            let one = try #require(Clusters.split(x))
            #expect(near(one.statistic, Clusters.split(moved)?.statistic, 1e-9))
            #expect(one.lowerCount == Clusters.split(noise.shuffled(moved))?.lowerCount)
            #expect(one.statistic > 0 && one.statistic <= 1 && one.lowerCount >= 3 && one.lowerCount <= x.count - 3)
            let scores = try #require(Outliers.find(x)?.scores)
            let other = try #require(Outliers.find(moved.map { -$0 })?.scores)
            for (a, b) in zip(scores, other) { #expect(near(a, -b, 1e-9)) }
        }
    }

    @Test func twoModesAreFoundAndOneIsNot() throws {
        var noise = Noise(51)
        var alarms = 0
        for _ in 0..<500 {
            let x = noise.series(30)
            let two = x.enumerated().map { $0 < 12 ? $1 : $1 + 12 }
            let split = try #require(Clusters.split(noise.shuffled(two)))
            #expect(split.isClustered(count: 30) && split.lowerCount == 12)
            if Clusters.split(x)?.isClustered(count: 30) == true { alarms += 1 }
        }
        #expect(alarms <= 15)
        // Symmetric values: two splits are equally good, the smaller lower side wins.
        #expect(Clusters.split([-10, -10, -10, 0, 0, 10, 10, 10])?.lowerCount == 3)
        #expect(Clusters.split([1, 2, 3, 4, 5]) == Clusters(statistic: 0, lowerCount: 0))
        #expect(Clusters.split([]) == Clusters(statistic: 0, lowerCount: 0))
        #expect(Clusters.split([Double](repeating: 0.1, count: 30)) == Clusters(statistic: 0, lowerCount: 0))
        #expect(Clusters.split([1, 2, 3, 4, 5, .nan]) == nil)
        #expect(Clusters.threshold(count: 19) == nil && !split(of: 1).isClustered(count: 19))
        #expect(near(Clusters.threshold(count: 25), 0.815) && Clusters.threshold(count: 500) == 0.76)
    }

    private func split(of statistic: Double) -> Clusters {
        Clusters(statistic: statistic, lowerCount: 3)
    }

    @Test func outlierEdgeCases() {
        #expect(Outliers.find([]) == nil && Outliers.find([1, .nan]) == nil)
        #expect(Outliers.find([4]) == Outliers(scores: [0], indices: []))
        #expect(Outliers.find([4, 4, 4]) == Outliers(scores: [0, 0, 0], indices: []))
        #expect(Outliers.find([1, 2, 3, 4, 100])?.indices == [4])
    }

    @Test func driftSeesTrendsAndOrder() throws {
        var noise = Noise(52)
        var alarms = 0
        for _ in 0..<500 {
            let d = noise.series(20)
            let drift = try #require(Drift.of(d))
            let scaled = try #require(Drift.of(d.map { 2 - 3 * $0 }))
            #expect(near(drift.spearman, -scaled.spearman) && near(drift.lag1, scaled.lag1, 1e-9))
            #expect(near(drift.spearman, Drift.of(d.map { exp($0) })?.spearman))
            #expect(near(-drift.spearman, Drift.of(d.reversed())?.spearman))
            if drift.p < Drift.level { alarms += 1 }
            #expect(Drift.of(d.enumerated().map { $1 + 0.5 * Double($0) })?.isFlagged == true)
        }
        #expect(alarms <= 14)
        #expect(Drift.of([]) == nil && Drift.of([1, .infinity]) == nil)
        #expect(Drift.of([3, 3, 3]) == Drift(spearman: 0, p: 1, lag1: 0, count: 3))
        #expect(Drift.of([1])?.p == 1 && Drift.of([1, 2])?.p == 1)
        #expect(Drift.of([1, 2, 3, 4])?.p == 0 && Drift.of([4, 3, 2, 1])?.spearman == -1)
    }

    @Test func steadinessComparesHalves() throws {
        let warming = [[4.0, 2, 9, 1, 1], [2, 1], [7]]
        let differences = try #require(Steadiness.differences(warming))
        #expect(differences.count == 2 && near(differences[0], -log(8) / 2) && near(differences[1], -log(2)))
        #expect(Steadiness.isNotSteady(differences, delta: 0.05) && !Steadiness.isNotSteady([], delta: 0.05))
        #expect(!Steadiness.isNotSteady([0.01, -0.01, 0.02], delta: 0.05))
        #expect(Steadiness.p([0.1, 0.2, 0.15, 0.12, 0.13, 0.11, 0.1, 0.2], delta: 0.05) == 2.0 / 256)
        #expect(Steadiness.p([0.001, -0.001], delta: 0.05) == 1 && Steadiness.p([], delta: 0.05) == nil)
        #expect(Steadiness.differences([[1, 0]]) == nil && Steadiness.differences([]) == [])
    }
}
