import Foundation
import Statistics
import Testing

@Suite struct NoiseFloorTests {
    @Test func moreRoundsSeeMore() throws {
        var noise = Noise(210)
        for _ in 0..<500 {
            let floor = NoiseFloor(spread: 0.001 + 0.1 * noise.uniform(), tau: 0.01 * noise.uniform())
            var before = Double.infinity
            for rounds in [6, 7, 10, 20, 60, 1000] {
                let smallest = try #require(floor.smallestVisible(rounds: rounds, alpha: 0.05))
                let half = try #require(floor.halfWidth(rounds: rounds, alpha: 0.05))
                #expect(smallest < before && smallest > half && smallest > 2 * floor.tau)
                before = smallest
            }
            #expect(
                floor.smallestVisible(rounds: 5, alpha: 0.05) == nil && floor.halfWidth(rounds: 1, alpha: 0.05) == nil
            )
            let half = try #require(floor.halfWidth(rounds: 20, alpha: 0.05))
            #expect(floor.rounds(forHalfWidth: half * 1.0001, alpha: 0.05) == 20)
            let wider = NoiseFloor(spread: floor.spread * 2, tau: floor.tau * 2)
            let scaled = wider.smallestVisible(rounds: 12, alpha: 0.05)
            #expect(near(scaled, floor.smallestVisible(rounds: 12, alpha: 0.05).map { $0 * 2 }))
        }
        #expect(NoiseFloor(spread: 0, tau: 0).rounds(forHalfWidth: 0.01, alpha: 0.05) == 6)
        #expect(NoiseFloor(spread: .nan, tau: 0).rounds(forHalfWidth: 0.01, alpha: 0.05) == nil)
        #expect(NoiseFloor(spread: 0.1, tau: 0).rounds(forHalfWidth: 0, alpha: 0.05) == nil)
    }

    @Test func twoEnvironmentsShareTheNoise() {
        let floor = NoiseFloor.between(NoiseFloor(spread: 0.03, tau: 0), NoiseFloor(spread: 0.04, tau: 0.02))
        #expect(near(floor.spread, (0.0025 / 2).squareRoot()) && near(floor.tau, 0.02 / 2.0.squareRoot()))
        let same = NoiseFloor.between(NoiseFloor(spread: 0.03, tau: 0.01), NoiseFloor(spread: 0.03, tau: 0.01))
        #expect(near(same.spread, 0.03) && near(same.tau, 0.01))
    }

    /// A difference of the size that is said to be just visible is seen in about four of five runs.
    @Test func theSmallestVisibleIsSeenAsOftenAsPromised() throws {
        var noise = Noise(211)
        for rounds in [6, 12, 30] {
            let floor = NoiseFloor(spread: 0.02, tau: 0.005)
            let shift = try #require(floor.smallestVisible(rounds: rounds, alpha: 0.05))
            let runs = 500
            let q = StudentT.quantile(0.975, degrees: Double(rounds - 1))
            let seen = (0..<runs).filter { _ in
                let run = shift + floor.tau * noise.normal()
                let d = noise.series(rounds, mean: run, sd: floor.spread)
                guard let found = HodgesLehmann.oneSample(d, alpha: 0.05), let lower = found.lower else { return false }
                return found.value - hypot(found.value - lower, q * floor.tau) > 0
            }.count
            let share = Double(seen) / Double(runs)
            #expect(share > (rounds == 6 ? 0.6 : 0.72) && share < 0.92, "\(rounds) rounds: \(share)")
        }
    }

    @Test func wideningIsMonotone() {
        var noise = Noise(212)
        for _ in 0..<3000 {
            let estimate = noise.normal()
            let lower = estimate - noise.uniform()
            let upper = estimate + noise.uniform()
            var before = (lower: lower, upper: upper)
            for step in 1...4 {
                let tau = 0.1 * Double(step) * (1 + noise.uniform() / 10)
                let wide = SessionSpread.widened(estimate: estimate, lower: lower, upper: upper, tau: tau, q: 2)
                #expect(wide.lower <= before.lower + 1e-12 && wide.upper >= before.upper - 1e-12)
                #expect(wide.lower <= estimate && wide.upper >= estimate)
                // More runs behind tau mean a smaller factor and so a narrower interval.
                let many = SessionSpread.widened(estimate: estimate, lower: lower, upper: upper, tau: tau, q: 1.5)
                #expect(many.lower >= wide.lower && many.upper <= wide.upper)
                before = wide
            }
            let scaled = SessionSpread.widened(
                estimate: 3 * estimate,
                lower: 3 * lower,
                upper: 3 * upper,
                tau: 0.3,
                q: 2
            )
            let plain = SessionSpread.widened(estimate: estimate, lower: lower, upper: upper, tau: 0.1, q: 2)
            #expect(near(scaled.lower, 3 * plain.lower) && near(scaled.upper, 3 * plain.upper))
        }
    }
}
