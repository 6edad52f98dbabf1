import Foundation
import Testing

@testable import Statistics

@Suite struct PlanningTests {
    @Test func roundsNeededGrowAsTheTargetShrinks() throws {
        var noise = Noise(80)
        for _ in 0..<60 {
            let d = noise.series(noise.whole(2...25), sd: 0.03)
            var before = 0
            for target in [0.1, 0.05, 0.02, 0.01] {
                let rounds = try #require(RoundsNeeded.forHalfWidth(target, observed: d, alpha: 0.05))
                #expect(rounds >= before && rounds >= 6)
                before = rounds
                let half = HodgesLehmann.oneSample(d, alpha: 0.05)?.halfWidth
                if let half { #expect((half <= target) == (rounds <= d.count)) }
            }
            let scaled = RoundsNeeded.forHalfWidth(2, observed: d.map { $0 * 100 }, alpha: 0.05)
            #expect(scaled == RoundsNeeded.forHalfWidth(0.02, observed: d, alpha: 0.05))
        }
    }

    @Test func roundsNeededAreAboutRight() throws {
        // 3 % noise: a half-width of 1 % takes about (1.96 x 3)^2 = 35 rounds and a little more.
        var noise = Noise(81)
        for count in [6, 20] {
            let answers = try (0..<101).map { _ in
                try #require(
                    RoundsNeeded.forHalfWidth(0.01, observed: noise.series(count, sd: 0.03), alpha: 0.05)
                )
            }.sorted()
            #expect(abs(answers[50] - 40) <= 8, "median answer \(answers[50]) from \(count) rounds")
        }
        let reached = (0..<100).filter { _ in
            (HodgesLehmann.oneSample(noise.series(40, sd: 0.03), alpha: 0.05)?.halfWidth ?? 1) <= 0.0105
        }
        #expect(reached.count > 60)
    }

    @Test func roundsNeededOfOddInputs() {
        #expect(RoundsNeeded.forHalfWidth(0.02, observed: [], alpha: 0.05) == nil)
        #expect(RoundsNeeded.forHalfWidth(0.02, observed: [0.1], alpha: 0.05) == nil)
        #expect(RoundsNeeded.forHalfWidth(0.02, observed: [0.1, 0.1], alpha: 0.05) == 6)
        #expect(RoundsNeeded.forHalfWidth(0.02, observed: [0.1, .nan], alpha: 0.05) == nil)
        #expect(RoundsNeeded.forHalfWidth(0, observed: [0.1, 0.2], alpha: 0.05) == nil)
        #expect(RoundsNeeded.forHalfWidth(1e-9, observed: [0, 10, 20], alpha: 0.05) == nil)
        #expect(RoundsNeeded.leastWithInterval(alpha: 0.05) == 6 && RoundsNeeded.leastWithInterval(alpha: 0.01) == 8)
        #expect(RoundsNeeded.leastWithInterval(alpha: 0.0625) == 5)
    }

    @Test func adaptiveStopFollowsTheWidthOnly() {
        var noise = Noise(82)
        let rule = AdaptiveStop(target: 0.02)
        for _ in 0..<50 {
            let d = noise.series(70, sd: 0.04)
            let outcome = rule.replay(d)
            let shifted = rule.replay(d.map { $0 + 5 })
            #expect(outcome.rounds == shifted.rounds && outcome.reason == shifted.reason)
            #expect(outcome.rounds >= 10 && outcome.rounds <= 60 && outcome.reason != nil)
            #expect(outcome.halfWidths.count == outcome.rounds - 9)
            #expect(outcome.halfWidths.dropLast().allSatisfy { ($0 ?? 1) > 0.02 })
            #expect(rule.reason(after: Array(d.prefix(outcome.rounds))) == outcome.reason)
            #expect(rule.reason(after: Array(d.prefix(9))) == nil)
        }
    }

    @Test func adaptiveStopAtTheEnds() {
        let same = [Double](repeating: 0.1, count: 12)
        #expect(AdaptiveStop(target: 0.01).replay(same).rounds == 10)
        #expect(AdaptiveStop(target: 0.01).replay([]).estimate == nil)
        #expect(AdaptiveStop(target: 0.01).replay(Array(same.prefix(9))).reason == nil)
        // Precision wins at the last round; no interval means go on.
        #expect(AdaptiveStop(target: 0.01, minimum: 10, maximum: 10).replay(same).reason == .precision)
        let early = AdaptiveStop(target: 0.01, minimum: 3, maximum: 12).replay(same)
        #expect(early.rounds == 6 && early.halfWidths == [nil, nil, nil, 0])
        #expect(AdaptiveStop(target: 0.01, minimum: 2, maximum: 5).replay(same).reason == .budget)
        #expect(AdaptiveStop(target: 0.01, minimum: 20, maximum: 5).replay(same).rounds == 5)
        #expect(AdaptiveStop(target: 0.01).replay([.nan] + same).reason == nil)
        #expect(near(AdaptiveStop.gateTarget(delta: 0.05), log(1.05) / 2))
    }

    @Test func varianceComponentsOfAPilot() throws {
        var noise = Noise(83)
        let launches = (0..<400).map { _ in
            let offset = 0.5 * noise.normal()
            return noise.series(5, mean: 10 + offset, sd: 1)
        }
        let components = try #require(VarianceComponents.of(launches))
        #expect(abs(components.iteration - 1) < 0.1 && abs(components.launch - 0.25) < 0.08)
        let best = try #require(components.optimalIterations(launchCost: 9, iterationCost: 1))
        #expect((5...7).contains(best))
        #expect(components.optimalIterations(launchCost: 0, iterationCost: 1) == 1)
        #expect(components.optimalIterations(launchCost: 1, iterationCost: 0) == nil)
        let same = try #require(VarianceComponents.of([[1, 2, 3], [3, 1, 2]]))
        #expect(same.launch < 0 && same.optimalIterations(launchCost: 9, iterationCost: 1) == nil)
        let steady = try #require(VarianceComponents.of([[1, 1], [2, 2]]))
        #expect(steady.iteration == 0 && steady.optimalIterations(launchCost: 9, iterationCost: 1) == 1)
        let uneven = try #require(VarianceComponents.of([[1, 3], [5, 7, 9, 11]]))
        #expect(near(uneven.launch, uneven.ofLaunchMeans - uneven.withinLaunches * 0.375))
        #expect(VarianceComponents.of([[1, 2]]) == nil && VarianceComponents.of([[1, 2], [1]]) == nil)
        #expect(VarianceComponents.of([]) == nil && VarianceComponents.of([[1, 2], [1, .nan]]) == nil)
    }
}
