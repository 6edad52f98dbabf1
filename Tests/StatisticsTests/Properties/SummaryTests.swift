import Foundation
import Testing

@testable import Statistics

@Suite struct SummaryTests {
    @Test func affineMapsCarryThrough() {
        var noise = Noise(30)
        for _ in 0..<1000 {
            let x = noise.series(noise.whole(2...40))
            let factor = 0.01 + noise.uniform()
            let moved = x.map { 5 - factor * $0 }
            #expect(near(Summary.mean(moved), Summary.mean(x).map { 5 - factor * $0 }))
            #expect(near(Summary.median(moved), Summary.median(x).map { 5 - factor * $0 }))
            #expect(near(Summary.sd(moved), Summary.sd(x).map { factor * $0 }))
            #expect(near(Summary.mad(moved), Summary.mad(x).map { factor * $0 }))
            let p = noise.uniform()
            #expect(near(Summary.quantile(moved, 1 - p), Summary.quantile(x, p).map { 5 - factor * $0 }))
            #expect(Summary.quantile(x, 0.5).map { near($0, Summary.median(x)) } == true)
        }
    }

    @Test func fewAndBrokenValues() {
        #expect(Summary.mean([]) == nil && Summary.median([]) == nil && Summary.mad([]) == nil)
        #expect(Summary.quantile([], 0.5) == nil && Summary.geometricMean([]) == nil)
        #expect(Summary.sd([1]) == nil && Summary.variance([1]) == nil && Summary.mean([1]) == 1)
        #expect(Summary.sd([2, 2, 2]) == 0 && Summary.mad([2, 2, 5]) == 0)
        #expect(Summary.quantile([4], 0.9) == 4 && Summary.quantile([1, 2], 1.1) == nil)
        #expect(Summary.quantile([1, 2], .nan) == nil && Summary.quantiles([2, 1], []) == [])
        #expect(Summary.geometricMean([1, 0]) == nil && Summary.geometricMean([2, -1]) == nil)
        #expect(Summary.mean([1e308, 1e308]) == 1e308 && Summary.median([1e308, 1.2e308]) == 1.1e308)
        for value in broken {
            #expect(Summary.mean([1, value]) == nil && Summary.median([value]) == nil && Summary.mad([value]) == nil)
            #expect(Summary.sd([1, 2, value]) == nil && Summary.quantile([1, value], 0) == nil)
        }
    }

    @Test func meanIntervalsNeedTwoValues() {
        #expect(MeanInterval.of([], confidence: 0.95) == nil)
        #expect(MeanInterval.of([3], confidence: 0.95) == MeanInterval(mean: 3, lower: nil, upper: nil))
        #expect(MeanInterval.of([3, 3], confidence: 0.95) == MeanInterval(mean: 3, lower: 3, upper: 3))
        #expect(MeanInterval.of([3, 4], confidence: 1)?.lower == nil)
        #expect(MeanInterval.ratio(native: [1, 0], environment: [1, 1], confidence: 0.95) == nil)
    }

    @Test func logRatiosOfBrokenRoundsAreNotNumbers() {
        let native = [1, 0, -1, 2, .nan, 1, .infinity, 1e-308]
        let environment = [M_E, 1, 1, 0, 1, .infinity, 1, 1e308]
        let d = LogRatio.of(native: native, environment: environment, higherIsBetter: false)
        #expect(d.count == 8 && near(d[0], 1) && d.dropFirst().allSatisfy(\.isNaN))
        #expect(LogRatio.of(native: [], environment: [], higherIsBetter: true).isEmpty)
        #expect(HodgesLehmann.oneSample(d, alpha: 0.05) == nil)
    }

    @Test func suiteKeepsTheRounds() {
        #expect(SuiteOverhead.perRound([]).isEmpty && SuiteOverhead.perRound([[], []]).isEmpty)
        #expect(SuiteOverhead.perRound([[1, 2]]) == [1, 2])
        #expect(SuiteOverhead.perRound([[1, 2], [3, 6]]) == [2, 4])
        #expect(SuiteOverhead.perRound([[1, .nan], [3, 6]])[1].isNaN)
    }

    @Test func verdictsAtTheEdges() {
        let band = log(1.05)
        #expect(Verdict.of(lower: band, upper: 1, delta: 0.05).kind == .inconclusive)
        #expect(Verdict.of(lower: band.nextUp, upper: 1, delta: 0.05).kind == .slower)
        #expect(Verdict.of(lower: -1, upper: -band, delta: 0.05).kind == .inconclusive)
        #expect(Verdict.of(lower: -band, upper: 0, delta: 0.05) == Verdict(kind: .inconclusive, leaning: .none))
        #expect(Verdict.of(lower: 0, upper: 0, delta: 0.05) == Verdict(kind: .equivalent, leaning: .none))
        #expect(Verdict.of(lower: nil, upper: 1, delta: 0.05) == Verdict(kind: .inconclusive, leaning: .none))
        #expect(Verdict.of(lower: .nan, upper: 1, delta: 0.05) == Verdict(kind: .inconclusive, leaning: .none))
        #expect(Verdict.of(nil, delta: 0.05) == Verdict(kind: .inconclusive, leaning: .none))
    }

    @Test func bootstrapIsSeededAndScaleFree() throws {
        var noise = Noise(31)
        let native = noise.series(24, mean: 10, sd: 0.4)
        let environment = noise.series(24, mean: 11, sd: 0.4)
        let one = try #require(CostRatio.bootstrap(native: native, environment: environment, seed: 5))
        #expect(CostRatio.bootstrap(native: native, environment: environment, seed: 5) == one)
        #expect(CostRatio.bootstrap(native: native, environment: environment, seed: 6) != one)
        let scaled = try #require(
            CostRatio.bootstrap(native: native.map { $0 * 3 }, environment: environment.map { $0 * 3 }, seed: 5)
        )
        #expect(near(one.value, scaled.value) && near(one.lower, scaled.lower) && near(one.upper, scaled.upper))
        #expect(one.lower < one.value && one.value < one.upper)
        #expect(!one.isTailDominated(estimate: log(one.value), delta: 0.05))
        #expect(one.isTailDominated(estimate: log(one.value) - 0.03, delta: 0.05))
        #expect(CostRatio.bootstrap(native: [], environment: [], seed: 1) == nil)
        #expect(CostRatio.bootstrap(native: [1, 0], environment: [1, 1], seed: 1) == nil)
        #expect(CostRatio.bootstrap(native: [1, .nan], environment: [1, 1], seed: 1) == nil)
        #expect(CostRatio.bootstrap(native: [2], environment: [3], resamples: 0, seed: 1) == nil)
        #expect(CostRatio.bootstrap(native: [2], environment: [3], seed: 1)?.upper == 1.5)
    }
}
