import BenchrunModel
import Experiment
import Glibc
import Statistics

/// Adaptive runs on made-up launches: lognormal noise of a given coefficient of variation in every environment, all
/// environments of a round sharing native's launch, stopped by the engine's own rules.
struct StoppingSimulation {
    let runs: Int
    let seed: UInt64

    private static let delta = 0.05

    /// How often something happened to the pairs of all runs.
    private struct Tally {
        var pairs = 0
        var covered = 0
        var judged = 0
        var alarms = 0
        var found = 0
        var rounds = 0

        func share(_ count: Int) -> Double { Double(count) / Double(max(1, pairs)) }
        var meanRounds: Double { Double(rounds) / Double(max(1, pairs)) }
    }

    /// What STATISTICS, section 3, promises for a true change of 2 delta: the share found, less two points for chance,
    /// and the mean number of rounds, with a little more for ending at whole Latin squares.
    private static let promises: [(variation: Double, found: Double, rounds: Double)] = [
        (0.01, 0.98, 11), (0.03, 0.96, 17), (0.05, 0.94, 40),
    ]

    func checks() -> [Check] {
        Self.promises.flatMap { promise -> [Check] in
            let variation = promise.variation
            let name = "CV \(Checks.percent(variation, digits: 0))"
            let gate = AdaptiveStop.gateTarget(delta: Self.delta)
            let null = tally(variation, shift: 0, target: gate, environments: 2)
            let change = tally(variation, shift: 2 * Self.delta, target: gate, environments: 2)
            let report = tally(variation, shift: 0.03, target: StoppingRule.reportHalfWidth, environments: 4)
            return [
                coverage("\(name), gate, native and one environment", null),
                coverage("\(name), report, native and three environments", report),
                Check(
                    name: "\(name): false alarms at no change, gate with confirmation",
                    value: Checks.percent(null.share(null.alarms), digits: 2),
                    limit: "0 to 1 %",
                    isKept: null.share(null.alarms) <= 0.01
                ),
                Check(
                    name: "\(name): rows called slower or faster at no change",
                    value: Checks.percent(null.share(null.judged), digits: 2),
                    limit: "0 to 1 %",
                    isKept: null.share(null.judged) <= 0.01
                ),
                Check(
                    name: "\(name): a change of 2 delta found, gate with confirmation",
                    value: Checks.percent(change.share(change.found)),
                    limit: "at least \(Checks.percent(promise.found, digits: 0))",
                    isKept: change.share(change.found) >= promise.found
                ),
                Check(
                    name: "\(name): rounds until then",
                    value: Checks.fixed(change.meanRounds, 1),
                    limit: "at most \(Checks.fixed(promise.rounds, 0))",
                    isKept: change.meanRounds <= promise.rounds
                ),
            ]
        }
    }

    private func coverage(_ name: String, _ tally: Tally) -> Check {
        let share = tally.share(tally.covered)
        return Check(
            name: "\(name): coverage of the 95 % interval",
            value: Checks.percent(share),
            limit: "94 to 97 %",
            isKept: share >= 0.94 && share <= 0.97
        )
    }

    private func tally(_ variation: Double, shift: Double, target: Double, environments: Int) -> Tally {
        var generator = Xoshiro256(seed: seed ^ UInt64(variation * 1e6) ^ UInt64(shift * 1e4) << 32)
        let truth = log(1 + shift)
        let noise = log(1 + variation * variation).squareRoot()
        let band = log(1 + Self.delta)
        var tally = Tally()
        for _ in 0..<runs {
            let rule = StoppingRule.adaptive(halfWidth: target)
            let first = estimates(truth, noise, rule, environments, &generator)
            for estimate in first {
                guard let lower = estimate.lower, let upper = estimate.upper else { continue }
                tally.pairs += 1
                tally.rounds += estimate.count
                if lower <= truth, truth <= upper { tally.covered += 1 }
                if lower > band || upper < -band { tally.judged += 1 }
                guard lower > band else { continue }
                // A regression needs a fresh run of the row that says so too.
                let again = estimates(truth, noise, rule.confirmation, 2, &generator).first
                guard let confirmation = again?.lower, confirmation > band else { continue }
                if shift == 0 { tally.alarms += 1 } else { tally.found += 1 }
            }
        }
        return tally
    }

    /// The estimates of one workload's pairs, each over all rounds that the workload stayed.
    private func estimates(
        _ truth: Double,
        _ noise: Double,
        _ rule: StoppingRule,
        _ environments: Int,
        _ generator: inout Xoshiro256
    ) -> [Estimate] {
        let most = rule.mostRounds(environments: environments)
        var series = [[Double]](repeating: [], count: environments - 1)
        for _ in 0..<most {
            let native = noise * generator.normal()
            for index in series.indices { series[index].append(truth + noise * generator.normal() - native) }
        }
        // The workload stays until its last pair is closed, and then to the end of the Latin square.
        let closing = series.map { rule.replay($0, target: rule.halfWidth)?.round ?? most }.max() ?? most
        let rounds = min(most, rule.boundary(after: closing, environments: environments))
        return series.compactMap { HodgesLehmann.oneSample(Array($0.prefix(rounds)), alpha: rule.alpha) }
    }
}
