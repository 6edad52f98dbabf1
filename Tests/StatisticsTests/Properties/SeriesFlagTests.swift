import Foundation
import Testing

@testable import Statistics

@Suite struct SeriesFlagTests {
    private func flags(_ series: RoundSeries, among others: Int = 0, seed: UInt64 = 1) -> [SeriesFlag] {
        var noise = Noise(seed &+ 500)
        let clean = (0..<others).map { _ in RoundSeries(logRatios: noise.series(30, sd: 0.02), delta: 0.05) }
        return SeriesFlags.find([series] + clean, seed: seed)[0].map(\.flag)
    }

    @Test func faultsAreFoundAmongCleanSeries() throws {
        var noise = Noise(200)
        let d = noise.series(30, sd: 0.02)
        let trend = d.enumerated().map { $1 + 0.005 * Double($0) }
        #expect(flags(RoundSeries(logRatios: trend, delta: 0.05), among: 9).contains(.drift))
        let alternating = d.enumerated().map { $1 + ($0 % 2 == 0 ? 0.05 : -0.05) }
        #expect(flags(RoundSeries(logRatios: alternating, delta: 0.05), among: 9).contains(.drift))
        let two = d.enumerated().map { [2, 5, 7, 8, 13, 14, 19, 21, 26, 28].contains($0) ? $1 + 0.3 : $1 }
        #expect(flags(RoundSeries(logRatios: two, delta: 0.05), among: 9).contains(.clustered))
        var one = d
        one[11] += 0.4
        #expect(flags(RoundSeries(logRatios: one, delta: 0.05), among: 9) == [.outliers])
        let found = SeriesFlags.find([RoundSeries(logRatios: one, delta: 0.05)], seed: 3)[0]
        guard case .outliers(let places, let largest) = try #require(found.first).figures else {
            Issue.record("not outliers: \(found)")
            return
        }
        #expect(places == [11] && largest > 10 && found[0].p <= 0.01)
    }

    @Test func steadinessAndTailNeedTheirInputs() {
        var noise = Noise(201)
        let d = noise.series(30, sd: 0.01)
        let halves = noise.series(12, mean: 0.06, sd: 0.01)
        #expect(flags(RoundSeries(logRatios: d, steadiness: halves, delta: 0.05), among: 5) == [.notSteady])
        // Below delta/2 it does not matter, however sure it is.
        let small = noise.series(12, mean: 0.02, sd: 0.001)
        #expect(flags(RoundSeries(logRatios: d, steadiness: small, delta: 0.05)).isEmpty)
        // Native has a series of its own with nothing but launches.
        #expect(flags(RoundSeries(logRatios: [], steadiness: halves, delta: 0.05)) == [.notSteady])
        let native = noise.series(30, sd: 0.01).map { exp($0) }
        let heavy = zip(native, d).enumerated().map { $1.0 * exp($1.1) * ($0 % 8 == 3 ? 3 : 1) }
        let ratios = zip(native, heavy).map { log($1 / $0) }
        let tail = RoundSeries(logRatios: ratios, native: native, environment: heavy, delta: 0.05)
        #expect(flags(tail, among: 5).contains(.tailDominated))
        let early = RoundSeries(
            logRatios: Array(ratios.prefix(19)),
            native: Array(native.prefix(19)),
            environment: Array(heavy.prefix(19)),
            delta: 0.05
        )
        #expect(!flags(early).contains(.tailDominated))
    }

    @Test func predecessorsAreNamed() throws {
        var noise = Noise(202)
        let names = (0..<32).map { ["", "docker", "native", "podman"][($0 * 7 + $0 / 4) % 4] }
        let d = names.map { noise.normal() * 0.01 + ($0 == "docker" ? 0.05 : 0) }
        let series = RoundSeries(logRatios: d, predecessors: names, delta: 0.05)
        let found = try #require(SeriesFlags.find([series], seed: 1)[0].first { $0.flag == .predecessor })
        guard case .predecessor(let name, let shift, let isNatives) = found.figures else { return }
        #expect(name == "docker" && abs(shift - 0.05) < 0.02 && !isNatives)
        let natives = RoundSeries(logRatios: d, nativePredecessors: names, delta: 0.05)
        let native = SeriesFlags.find([natives], seed: 1)[0].first { $0.flag == .predecessor }
        guard case .predecessor(_, _, true) = native?.figures else {
            Issue.record("native's predecessor is not looked at")
            return
        }
        let alone = RoundSeries(logRatios: d, predecessors: d.map { _ in "native" }, delta: 0.05)
        #expect(!flags(alone).contains(.predecessor))
    }

    @Test func findingsDoNotDependOnScaleOrSign() {
        var noise = Noise(203)
        for trial in 0..<12 {
            var d = noise.series(24, sd: 0.02)
            if trial % 2 == 0 { d[3] += 0.5 }
            if trial % 3 == 0 { d = d.enumerated().map { $1 + 0.01 * Double($0) } }
            let plain = flags(RoundSeries(logRatios: d, delta: 0.05))
            #expect(plain == flags(RoundSeries(logRatios: d.map { 1 + 3 * $0 }, delta: 0.05)))
            #expect(plain == flags(RoundSeries(logRatios: d.map { -$0 }, delta: 0.05)))
        }
    }

    @Test func cleanNoiseIsQuiet() {
        var noise = Noise(204)
        var fired: [SeriesFlag: Int] = [:]
        for seed in 0..<40 as Range<UInt64> {
            let series = (0..<8).map { _ in
                let native = noise.series(20, sd: 0.03)
                let environment = noise.series(20, sd: 0.03)
                return RoundSeries(
                    logRatios: zip(environment, native).map { $0 - $1 },
                    native: native.map { exp($0) },
                    environment: environment.map { exp($0) },
                    predecessors: (0..<20).map { _ in ["", "a", "b"][noise.whole(0...2)] },
                    steadiness: noise.series(20, sd: 0.03),
                    delta: 0.05
                )
            }
            for flag in Set(SeriesFlags.find(series, seed: seed).flatMap { $0.map(\.flag) }) {
                fired[flag, default: 0] += 1
            }
        }
        // At most 1 % of runs: 0.4 of 40, and 4 or more with a probability of one in 1000. benchmarks/self/simulation
        // looks at many more.
        for flag in SeriesFlag.allCases { #expect(fired[flag, default: 0] <= 3, "\(flag)") }
    }

    @Test func shortAndBrokenSeriesHaveNoFlags() {
        #expect(SeriesFlags.find([], seed: 1).isEmpty)
        for count in 0..<6 {
            let d = (0..<count).map { Double($0) }
            #expect(flags(RoundSeries(logRatios: d, delta: 0.05)).isEmpty)
        }
        #expect(flags(RoundSeries(logRatios: [1, .nan, 3, 4, 5, 6, 7], delta: 0.05)).isEmpty)
        #expect(flags(RoundSeries(logRatios: [Double](repeating: 0.1, count: 30), delta: 0.05)).isEmpty)
        // Six rounds in a row: one order in 360, which is not enough among many series.
        let rising = RoundSeries(logRatios: [1, 2, 3, 4, 5, 6], delta: 0.05)
        #expect(SeriesFlags.find([RoundSeries](repeating: rising, count: 10), seed: 1).allSatisfy { $0.isEmpty })
    }

    @Test func resampledValuesAreValid() {
        var generator = Xoshiro256(seed: 7)
        let test = ResampledTest(tests: 1, level: 0.01)
        var below = 0
        for _ in 0..<4000 {
            let observed = generator.uniform()
            if test.p({ generator.uniform() >= observed }) <= 0.01 { below += 1 }
        }
        #expect(abs(below - 40) <= 22)
        #expect(test.p { false } == 0.001)
        #expect(test.p { true } == 1)
        #expect(ResampledTest(tests: 30, level: 0.01).draws == 6000)
    }
}
