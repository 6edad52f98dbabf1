import Analysis
import BenchrunModel
import Glibc
import Results
import Statistics
import Testing

@Suite("analysis")
struct AnalysisTests {
    private func result(
        _ analysis: RunAnalysis,
        _ environment: String,
        _ workload: String = "w",
        metric: String? = nil
    ) throws -> MetricResult {
        try #require(
            analysis.results.first {
                $0.environment == environment && $0.workload == workload
                    && (metric == nil ? $0.isPrimary : $0.metric.name == metric)
            }
        )
    }

    private func simple(rounds: Int = 6, better: Better = .higher, delta: Double = 0.05) -> SyntheticRun {
        SyntheticRun(
            workloads: [.init(name: "w", metrics: [.init(name: "m", unit: "u", better: better, delta: delta)])],
            rounds: rounds
        )
    }

    @Test("a known overhead is found, in the right direction", arguments: [Better.higher, .lower])
    func known(better: Better) throws {
        var run = simple(better: better)
        let native = [100.0, 102, 98, 101, 99, 100]
        let cost = [1.10, 1.12, 1.08, 1.11, 1.09, 1.10]
        for round in 1...6 {
            run.add("w", "native", round: round, native[round - 1])
            let factor = better == .higher ? 1 / cost[round - 1] : cost[round - 1]
            run.add("w", "docker", round: round, native[round - 1] * factor)
        }
        let docker = try result(RunAnalysis.of(run.manifest, samples: run.samples), "docker")
        let comparison = try #require(docker.comparison)
        let estimate = try #require(comparison.estimate)
        #expect(abs(estimate.value - log(1.10)) < 1e-3)
        // n = 6 at 95 %: the interval is the range of the ratios.
        #expect(abs(try #require(estimate.lower) - log(1.08)) < 1e-12)
        #expect(abs(try #require(estimate.upper) - log(1.12)) < 1e-12)
        #expect(comparison.verdict == .slower)
        #expect(comparison.leaning == .slower)
        #expect(comparison.isPrecise)
        #expect(comparison.roundsNeeded == 6)
        #expect(abs(estimate.overhead - 0.10) < 1e-3)
    }

    @Test("native has no comparison; metrics without direction are not judged")
    func unjudged() throws {
        var run = simple(better: .none)
        run.add("w", "native", round: 1, 1)
        run.add("w", "docker", round: 1, 2)
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples)
        #expect(try result(analysis, "docker").comparison == nil)
        #expect(try result(analysis, "docker").median == 2)
        #expect(try result(analysis, "native").comparison == nil)
    }

    @Test("a launch is the mean of its measured iterations; warm-ups and pilots do not count")
    func launches() throws {
        var run = simple()
        run.add("w", "native", round: 1, 900, iteration: 1, stage: .warmup)
        run.add("w", "native", round: 1, 800, iteration: 1, stage: .pilot)
        for (iteration, value) in [10.0, 20, 30].enumerated() {
            run.add("w", "native", round: 1, value, iteration: iteration + 1)
        }
        run.add("w", "native", round: 2, 40)
        let native = try result(RunAnalysis.of(run.manifest, samples: run.samples), "native")
        #expect(native.launches == [Launch(round: 1, session: 1, value: 20), Launch(round: 2, session: 1, value: 40)])
        #expect(native.median == 30)
        #expect(abs(try #require(native.variation) - 14.142135623730951 / 30) < 1e-12)
    }

    @Test("of a cell that was tried again the latest attempt counts")
    func attempts() throws {
        var run = simple()
        run.add("w", "native", round: 1, 10, attempt: 1, outcome: .invalid, reason: "steal")
        run.add("w", "native", round: 1, 20, attempt: 2)
        run.add("w", "native", round: 2, 5, attempt: 2)
        run.add("w", "native", round: 2, 99, attempt: 1)
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples)
        #expect(try result(analysis, "native").launches.map(\.value) == [20, 5])
        #expect(analysis.failures.map(\.outcome) == [.invalid])
        #expect(analysis.failures.first?.lostRounds == [])
    }

    @Test("a launch with a failed iteration has no value: a time-out must not look fast")
    func broken() throws {
        var run = simple(better: .lower)
        run.add("w", "docker", round: 1, 1, iteration: 1)
        run.add("w", "docker", round: 1, nil, iteration: 2, outcome: .timeout, reason: "60 s passed")
        run.add("w", "native", round: 1, 1)
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples)
        let docker = try result(analysis, "docker")
        #expect(docker.launches.isEmpty)
        #expect(docker.median == nil)
        #expect(docker.absence == "timeout: 60 s passed")
        #expect(docker.comparison?.estimate == nil)
        #expect(docker.comparison?.verdict == .inconclusive)
        #expect(analysis.failures.first?.lostRounds == [1])
    }

    @Test("pairs are of one round and one session")
    func sessions() throws {
        var run = simple()
        run.add("w", "native", round: 1, 100, session: 1)
        run.add("w", "docker", round: 1, 50, session: 2)
        run.add("w", "native", round: 2, 100, session: 1)
        run.add("w", "docker", round: 2, 50, session: 1)
        run.add("w", "native", round: 2, 100, session: 2)
        run.add("w", "docker", round: 2, 25, session: 2)
        run.add("w", "native", round: 3, 100, session: 1)
        run.add("w", "docker", round: 3, 80, session: 1)
        run.add("w", "docker", round: 3, 10, session: 2)
        let docker = try result(RunAnalysis.of(run.manifest, samples: run.samples), "docker")
        let pairs = try #require(docker.comparison).pairs
        #expect(pairs.map(\.round) == [2, 3])
        #expect(pairs.map(\.session) == [2, 1])
        #expect(abs(pairs[0].logRatio - log(4)) < 1e-12)
        #expect(abs(pairs[1].logRatio - log(1.25)) < 1e-12)
        #expect(docker.launches.map(\.value) == [50, 25, 10])
    }

    @Test("values that have no ratio are left out, with a warning")
    func zero() throws {
        var run = simple(rounds: 1)
        run.add("w", "native", round: 1, 0)
        run.add("w", "docker", round: 1, 5)
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples)
        #expect(try result(analysis, "docker").comparison?.unusableRounds == [1])
        #expect(try result(analysis, "docker").comparison?.estimate == nil)
        #expect(
            analysis.warnings.contains { $0.hasPrefix("w in docker: 1 round left out because a value is not above 0") }
        )
    }

    @Test("what could not be measured is a row with its reason")
    func absence() throws {
        var run = SyntheticRun(
            workloads: [.init(name: "w"), .init(name: "v")],
            environments: ["native", "docker", "libvirt-kvm"]
        )
        run.manifest.environments[2].unavailable = .init(reason: "no /dev/kvm", nextStep: "enable it in the firmware")
        for round in 1...6 { run.add("w", "native", round: round, 1) }
        for round in 1...2 { run.add("w", "docker", round: round, nil, outcome: .failed, reason: "exit status 1") }
        run.add("w", "docker", round: 3, nil, outcome: .interrupted)
        run.add("w", "libvirt-kvm", round: 1, nil, outcome: .unavailable, reason: "no /dev/kvm")
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples)
        #expect(analysis.results.count == 6)
        #expect(try result(analysis, "docker").absence == "failed: exit status 1")
        #expect(try result(analysis, "libvirt-kvm").absence == "not available: no /dev/kvm")
        #expect(try result(analysis, "native", "v").absence == "no samples in samples.csv")
        #expect(try result(analysis, "libvirt-kvm").median == nil)
        #expect(analysis.environments.map(\.failures) == [0, 3, 0])
        #expect(analysis.environments.map(\.launches) == [6, 0, 0])
        #expect(
            analysis.suite.map(\.absence) == [
                "no figure over all workloads: w without a round", "not available: no /dev/kvm",
            ]
        )
    }

    @Test("an environment that was lost on the way is a failure with its reason")
    func loss() throws {
        var run = SyntheticRun(workloads: [.init(name: "w")], environments: ["native", "docker"])
        for round in 1...3 { run.add("w", "native", round: round, 1) }
        run.add("w", "docker", round: 1, 1)
        for round in 2...3 { run.add("w", "docker", round: round, nil, outcome: .unavailable, reason: "no answer") }
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples)
        #expect(analysis.environments.map(\.failures) == [0, 2])
        #expect(analysis.failures.map(\.lostRounds) == [[2, 3]])
        #expect(
            analysis.warnings.contains {
                $0.hasPrefix("w in docker has no value in 2 rounds (unavailable: no answer); 'benchrun resume")
            }
        )
    }

    @Test("executions that failed count once, not once for each metric")
    func failureCount() {
        var run = SyntheticRun(
            workloads: [
                .init(
                    name: "w",
                    metrics: ["a", "b"].map { MetricRecord(name: $0, unit: "u", better: .lower, delta: 0.05) }
                )
            ])
        for round in 1...2 {
            for metric in ["a", "b"] {
                run.add("w", "docker", round: round, nil, metric: metric, outcome: .failed, reason: "x")
            }
        }
        let failures = RunAnalysis.of(run.manifest, samples: run.samples).failures
        #expect(failures.map(\.count) == [2])
        #expect(failures.map(\.rounds) == [[1, 2]])
    }

    @Test("rows of other runs, environments and workloads are left out and counted")
    func strangers() throws {
        var run = simple(rounds: 1)
        run.add("w", "native", round: 1, 1)
        run.add("w", "docker", round: 1, 1)
        var other = run.samples[0]
        other.run = try #require(RunID("other"))
        var place = run.samples[0]
        place.environment = "moon"
        var work = run.samples[0]
        work.workload = "play"
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples + [other, other, place, work])
        #expect(analysis.warnings.contains("samples.csv: 2 rows belong to run 'other' and were left out"))
        #expect(analysis.warnings.contains { $0.contains("1 rows name the environment 'moon'") })
        #expect(analysis.warnings.contains { $0.contains("1 rows name the workload 'play'") })
        #expect(try result(analysis, "native").launches.count == 1)
    }

    @Test("JSON of an analysis reads back")
    func json() throws {
        let run = SyntheticRun.suite()
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples)
        let text = String(decoding: try RunJSON.encode(analysis), as: UTF8.self)
        #expect(text.contains("\"verdict\" : \"slower\""))
        #expect(text.contains("\"suiteName\" : \"default\""))
    }
}
