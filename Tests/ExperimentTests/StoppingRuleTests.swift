import BenchrunModel
import Experiment
import Glibc
import Testing

@Suite struct StoppingRuleTests {
    /// A series of eleven values in turn, evenly from `middle - spread` to `middle + spread`.
    private func series(_ count: Int, middle: Double = 0, spread: Double) -> [Double] {
        (0..<count).map { middle + spread * Double($0 * 7 % 11 - 5) / 5 }
    }

    @Test func aFixedRuleLooksAtNothingButTheRound() {
        let rule = StoppingRule.fixed(6)
        #expect(rule.alpha == 0.05)
        #expect(rule.reason(after: series(5, spread: 0), round: 5, target: 0.02) == nil)
        #expect(rule.reason(after: [], round: 6, target: 0.02) == .fixed)
        #expect(rule.mostRounds(environments: 4) == 6)
    }

    @Test func anAdaptiveRuleLooksAtTheWidthOnly() {
        let rule = StoppingRule.adaptive()
        #expect(rule.alpha == 0.04)
        // However far from no difference: only the width counts.
        for middle in [0, 0.5, -3] {
            #expect(rule.reason(after: series(9, middle: middle, spread: 0), round: 9, target: 0.02) == nil)
            #expect(rule.reason(after: series(10, middle: middle, spread: 0), round: 10, target: 0.02) == .precision)
            #expect(rule.reason(after: series(10, middle: middle, spread: 0.1), round: 10, target: 0.02) == nil)
        }
    }

    @Test func precisionWinsOverTheMostRounds() {
        let rule = StoppingRule.adaptive(maximum: 12)
        #expect(rule.reason(after: series(12, spread: 0.001), round: 12, target: 0.02) == .precision)
        #expect(rule.reason(after: series(12, spread: 0.3), round: 12, target: 0.02) == .maximum)
        // Rounds without a value count as rounds.
        #expect(rule.reason(after: series(4, spread: 0.3), round: 12, target: 0.02) == .maximum)
    }

    @Test func aPairWithoutAnyValueIsGivenUp() {
        let rule = StoppingRule.adaptive()
        #expect(rule.reason(after: [], round: 9, target: 0.02) == nil)
        #expect(rule.reason(after: [], round: 10, target: 0.02) == .failed)
        #expect(rule.reason(after: [0.1], round: 10, target: 0.02) == nil)
    }

    @Test func aReplayFindsTheFirstRoundThatIsEnough() throws {
        let rule = StoppingRule.adaptive()
        let end = try #require(rule.replay(series(60, spread: 0.06), target: 0.02))
        #expect(end.reason == .precision && end.round > 10 && end.round < 60)
        let before = series(end.round - 1, spread: 0.06)
        #expect(rule.replay(before, target: 0.02) == nil)
        #expect(try #require(rule.replay(series(70, spread: 0.5), target: 0.02)) == (60, .maximum))
    }

    @Test func aWorkloadLeavesAtTheBoundaryOfASquare() {
        let rule = StoppingRule.adaptive()
        #expect([10, 11, 12, 13].map { rule.boundary(after: $0, environments: 4) } == [12, 12, 12, 16])
        #expect(rule.boundary(after: 11, environments: 1) == 11)
        #expect(rule.mostRounds(environments: 7) == 63)
    }

    @Test func anEnvironmentsOwnTargetHolds() {
        let rule = StoppingRule.adaptive(halfWidth: 0.05)
        #expect(rule.target(of: EnvironmentSpec(name: "a", driver: "fake")) == 0.05)
        #expect(rule.target(of: EnvironmentSpec(name: "a", driver: "fake", halfWidth: 0.1)) == 0.1)
    }
}
