import Foundation
import Statistics
import Testing

@Suite struct HodgesLehmannTests {
    /// The definition, listing every Walsh average.
    private func listed(_ d: [Double], alpha: Double) -> Estimate {
        var walsh: [Double] = []
        for i in d.indices { for j in i..<d.count { walsh.append((d[i] + d[j]) / 2) } }
        return fromList(walsh.sorted(), rank: SignedRankDistribution(count: d.count).rank(level: alpha / 2), d.count)
    }

    private func fromList(_ sorted: [Double], rank: Int, _ count: Int) -> Estimate {
        let m = sorted.count
        return Estimate(
            value: m % 2 == 1 ? sorted[m / 2] : (sorted[m / 2 - 1] + sorted[m / 2]) / 2,
            lower: rank > 0 ? sorted[rank - 1] : nil,
            upper: rank > 0 ? sorted[m - rank] : nil,
            rank: rank,
            achievedConfidence: nil,
            count: count
        )
    }

    private func same(_ a: Estimate?, _ b: Estimate) -> Bool {
        a?.value == b.value && a?.lower == b.lower && a?.upper == b.upper && a?.rank == b.rank && a?.count == b.count
    }

    @Test func equalsTheListOfWalshAverages() {
        var noise = Noise(1)
        for trial in 0..<2000 {
            let d = noise.series(noise.whole(1...25), mean: 0.02, sd: 0.03, grain: trial % 2 == 0 ? nil : 0.01)
            let alpha = [0.05, 0.04, 0.2][trial % 3]
            #expect(same(HodgesLehmann.oneSample(d, alpha: alpha), listed(d, alpha: alpha)), "\(d)")
        }
    }

    @Test func equalsTheListOfDifferences() {
        var noise = Noise(2)
        for trial in 0..<1000 {
            let grain = trial % 2 == 0 ? nil : 0.5
            let x = noise.series(noise.whole(1...12), grain: grain)
            let y = noise.series(noise.whole(1...12), mean: 1, grain: grain)
            let rank = MannWhitneyDistribution(x.count, y.count).rank(level: 0.025)
            let list = y.flatMap { y in x.map { y - $0 } }.sorted()
            let wanted = fromList(list, rank: rank, min(x.count, y.count))
            #expect(same(HodgesLehmann.twoSample(baseline: x, candidate: y, alpha: 0.05), wanted), "\(x) \(y)")
        }
    }

    @Test func orderOfRoundsDoesNotMatter() {
        var noise = Noise(3)
        for _ in 0..<1000 {
            let d = noise.series(noise.whole(1...30))
            let other = noise.shuffled(d)
            #expect(HodgesLehmann.oneSample(d, alpha: 0.05) == HodgesLehmann.oneSample(other, alpha: 0.05))
            #expect(HodgesLehmann.testGreater(d, than: 0.1) == HodgesLehmann.testGreater(other, than: 0.1))
        }
    }

    @Test func signFlipMirrors() throws {
        var noise = Noise(4)
        for trial in 0..<1000 {
            let d = noise.series(noise.whole(1...30), mean: 0.3, grain: trial % 2 == 0 ? nil : 0.25)
            let flipped = d.map { -$0 }
            let one = try #require(HodgesLehmann.oneSample(d, alpha: 0.05))
            let other = try #require(HodgesLehmann.oneSample(flipped, alpha: 0.05))
            #expect(near(one.value, -other.value))
            #expect(one.lower == other.upper.map { 0 - $0 })
            #expect(one.upper == other.lower.map { 0 - $0 })
            #expect(HodgesLehmann.testGreater(d, than: 0.1) == HodgesLehmann.testLess(flipped, than: -0.1))
            let verdict = Verdict.of(one, delta: 0.1)
            let mirrored = Verdict.of(other, delta: 0.1)
            #expect((verdict.kind == .slower) == (mirrored.kind == .faster))
            #expect((verdict.leaning == .slower) == (mirrored.leaning == .faster))
            #expect((verdict.kind == .equivalent) == (mirrored.kind == .equivalent))
        }
    }

    @Test func scaleAndShiftCarryThrough() throws {
        var noise = Noise(5)
        for _ in 0..<1000 {
            let d = noise.series(noise.whole(1...20))
            let e = noise.series(noise.whole(1...12))
            let factor = 0.01 + 10 * noise.uniform()
            let shift = noise.normal()
            let one = try #require(HodgesLehmann.oneSample(d, alpha: 0.05))
            let moved = try #require(HodgesLehmann.oneSample(d.map { $0 * factor + shift }, alpha: 0.05))
            #expect(near(moved.value, one.value * factor + shift))
            #expect(near(moved.lower, one.lower.map { $0 * factor + shift }))
            #expect(near(moved.upper, one.upper.map { $0 * factor + shift }))
            let two = try #require(HodgesLehmann.twoSample(baseline: e, candidate: d, alpha: 0.05))
            let both = try #require(
                HodgesLehmann.twoSample(baseline: e.map { $0 + shift }, candidate: d.map { $0 + shift }, alpha: 0.05)
            )
            let swapped = try #require(HodgesLehmann.twoSample(baseline: d, candidate: e, alpha: 0.05))
            #expect(near(two.value, both.value) && near(two.lower, both.lower) && near(two.upper, both.upper))
            #expect(near(two.value, -swapped.value) && near(two.lower, swapped.upper.map { -$0 }))
        }
    }

    @Test func unitsOfAMetricDoNotMatter() {
        var noise = Noise(6)
        for _ in 0..<1000 {
            let count = noise.whole(1...20)
            let native = noise.series(count, mean: 10, sd: 0.5)
            let environment = noise.series(count, mean: 11, sd: 0.5)
            let factor = 0.001 + 1000 * noise.uniform()
            let d = LogRatio.of(native: native, environment: environment, higherIsBetter: false)
            let scaled = LogRatio.of(
                native: native.map { $0 * factor },
                environment: environment.map { $0 * factor },
                higherIsBetter: false
            )
            let rates = LogRatio.of(
                native: native.map { 1 / $0 },
                environment: environment.map { 1 / $0 },
                higherIsBetter: true
            )
            let inverse = LogRatio.of(native: environment, environment: native, higherIsBetter: false)
            for round in 0..<count {
                #expect(near(d[round], scaled[round], 1e-12) && near(d[round], rates[round], 1e-12))
                #expect(near(d[round], -inverse[round], 1e-12))
            }
        }
    }

    @Test func lessConfidenceIsNarrower() throws {
        var noise = Noise(7)
        for _ in 0..<300 {
            let d = noise.series(noise.whole(6...30))
            var widest = Double.infinity
            for alpha in [0.04, 0.05, 0.1, 0.3, 0.9] {
                let estimate = try #require(HodgesLehmann.oneSample(d, alpha: alpha))
                let half = try #require(estimate.halfWidth)
                let confidence = try #require(estimate.achievedConfidence)
                #expect(half <= widest && half >= 0)
                #expect(confidence >= 1 - alpha)
                widest = half
            }
        }
    }

    @Test func coversAsOftenAsItSays() {
        var noise = Noise(8)
        var covered = 0
        let runs = 4000
        for _ in 0..<runs {
            let estimate = HodgesLehmann.oneSample(noise.series(12, mean: 0.5), alpha: 0.05)
            if let lower = estimate?.lower, let upper = estimate?.upper, lower <= 0.5, upper >= 0.5 { covered += 1 }
        }
        // 95.75 % exactly; three standard errors are 1 %.
        #expect(abs(Double(covered) / Double(runs) - 0.9575) < 0.0096)
    }

    @Test func smallAndOddInputs() throws {
        #expect(HodgesLehmann.oneSample([], alpha: 0.05) == nil)
        #expect(HodgesLehmann.testGreater([], than: 0) == nil)
        #expect(HodgesLehmann.twoSample(baseline: [], candidate: [1], alpha: 0.05) == nil)
        for value in broken {
            #expect(HodgesLehmann.oneSample([1, value, 2], alpha: 0.05) == nil)
            #expect(HodgesLehmann.testLess([1, value], than: 0) == nil)
            #expect(HodgesLehmann.twoSample(baseline: [1], candidate: [value], alpha: 0.05) == nil)
            #expect(HodgesLehmann.testGreater(baseline: [value], candidate: [1], than: 0) == nil)
        }
        let one = try #require(HodgesLehmann.oneSample([0.3], alpha: 0.05))
        #expect(one == Estimate(value: 0.3, lower: nil, upper: nil, rank: 0, achievedConfidence: nil, count: 1))
        #expect(one.halfWidth == nil)
        let equal = try #require(HodgesLehmann.oneSample([Double](repeating: -0.1, count: 9), alpha: 0.05))
        #expect(equal.value == -0.1 && equal.lower == -0.1 && equal.upper == -0.1 && equal.halfWidth == 0)
        // Zeros of either sign, and zeros that rounding made, count neither as greater nor as less.
        let zeros = [0.0, -0.0, 1e-14, -1e-14, 0, 0, 0]
        #expect(HodgesLehmann.testGreater(zeros, than: 0) == OneSidedTest(statistic: 0, p: 1))
        #expect(HodgesLehmann.testLess(zeros, than: 0) == OneSidedTest(statistic: 0, p: 1))
        #expect(HodgesLehmann.oneSample([-5, -4, 4, 5, 1e300, 1e-300], alpha: 0.05)?.rank == 1)
        for alpha in [0, 1, 2, -1, Double.nan] {
            #expect(HodgesLehmann.oneSample([1, 2, 3, 4, 5, 6, 7], alpha: alpha)?.lower == nil)
        }
    }

    @Test func sixRoundsAreTheLeastForAnInterval() {
        var noise = Noise(9)
        for count in 1...12 {
            let estimate = HodgesLehmann.oneSample(noise.series(count), alpha: 0.05)
            #expect((estimate?.lower == nil) == (count < 6))
            #expect((estimate?.rank == 0) == (count < 6))
            if count < 6 { #expect(Verdict.of(estimate, delta: 0.05).kind == .inconclusive) }
        }
    }
}
