import BenchrunModel
import Glibc
import Results
import Statistics
import Testing

@testable import Analysis

@Suite("The gate over an A/B run")
struct InterleavedGateTests {
    /// An A/B run whose candidate takes `change` more, and in its confirmation `again`.
    private func run(change: Double, again: Double? = nil, rounds: Int = 12) -> SyntheticRun {
        var metric = MetricRecord(name: "time", unit: "s", better: .lower, delta: 0.05)
        metric.per = nil
        var run = SyntheticRun(
            workloads: [.init(name: "cpu", metrics: [metric])],
            environments: ["docker", "docker.b"],
            rounds: rounds
        )
        run.manifest.arms = ArmsRecord(
            baseline: "baseline (docker)",
            candidate: "candidate (docker)",
            candidateEnvironment: "docker",
            differences: [.init(fact: "image", baseline: "old", candidate: "new")]
        )
        var random = Noise(seed: 77)
        for (stage, factor) in [(Stage.measured, change), (.confirmation, again)] {
            guard let factor else { continue }
            for round in 1...rounds {
                for (arm, mean) in [("baseline", 1.0), ("candidate", 1 + factor)] {
                    run.add(
                        "cpu",
                        arm == "baseline" ? "docker" : "docker.b",
                        round: round,
                        mean * exp(0.005 * random.normal())
                    )
                    run.samples[run.samples.count - 1].arm = arm
                    run.samples[run.samples.count - 1].stage = stage
                }
            }
        }
        return run
    }

    private func report(_ run: SyntheticRun) throws -> GateReport {
        try InterleavedGate(run.manifest, samples: run.samples).report()
    }

    @Test(
        "A regression needs a confirmation that says so too",
        arguments: [
            (0.0, nil, GateStatus.pass), (0.2, nil, .suspect), (0.2, 0.0, .suspect), (0.2, 0.2, .regression),
            (-0.2, nil, .improved), (0.05, nil, .inconclusive),
        ] as [(Double, Double?, GateStatus)]
    )
    func statuses(change: Double, again: Double?, status: GateStatus) throws {
        let report = try report(run(change: change, again: again))
        #expect(report.rows.map(\.status) == [status], "\(report.rows)")
        #expect(report.mode == .interleaved && report.rows[0].row.environment == "docker")
        #expect(report.differences == [RunDifference(fact: "image", baseline: "old", candidate: "new")])
        #expect(abs(try #require(report.rows[0].row.change).overhead - change) < 0.01)
    }

    @Test("What looks like a regression is what is measured again")
    func suspects() throws {
        let slow = run(change: 0.2)
        #expect(try InterleavedGate(slow.manifest, samples: slow.samples).suspects == ["cpu"])
        let same = run(change: 0)
        #expect(try InterleavedGate(same.manifest, samples: same.samples).suspects.isEmpty)
    }

    @Test("A run without arms is none, and too few rounds have no interval")
    func refusals() throws {
        var plain = run(change: 0)
        plain.manifest.arms = nil
        #expect(throws: ResultsError.self) { try report(plain) }
        let short = try report(run(change: 0.5, rounds: 3))
        #expect(short.rows[0].status == .inconclusive && short.rows[0].reason.contains("too few for an interval"))
        var empty = run(change: 0)
        empty.samples = []
        #expect(try report(empty).rows[0].reason == "no round has a value in both arms")
    }

    @Test("Its rows are not taken for overheads against native")
    func noReport() {
        let run = run(change: 0.2)
        #expect(RunAnalysis.of(run.manifest, samples: run.samples).primary.allSatisfy { $0.launches.isEmpty })
    }
}
