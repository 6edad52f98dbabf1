import Analysis
import BenchrunModel
import Glibc
import Results
import Testing

@Suite("suite, start-up, parity and advice")
struct SuiteAndStartupTests {
    @Test("the suite's figure is the mean inside complete rounds, each workload weighing the same")
    func suite() throws {
        var run = SyntheticRun(workloads: [.init(name: "a"), .init(name: "b", cases: ["n=1", "n=2"])])
        for round in 1...7 {
            run.add("a", "native", round: round, 1)
            run.add("a", "docker", round: round, exp(-0.2))
            for label in ["n=1", "n=2"] {
                run.add("b", "native", round: round, 1, caseLabel: label)
                guard round < 7 || label == "n=1" else { continue }
                run.add("b", "docker", round: round, exp(label == "n=1" ? -0.1 : -0.3), caseLabel: label)
            }
        }
        let suite = try #require(RunAnalysis.of(run.manifest, samples: run.samples).suite.first)
        let estimate = try #require(suite.estimate)
        #expect(estimate.rounds == 6)
        #expect(abs(estimate.value - 0.2) < 1e-12)
        #expect(suite.workloads == ["a", "b"])
    }

    @Test("start-up is not in the suite's figure; a workload missing in one environment takes its figure")
    func suiteParts() throws {
        var run = SyntheticRun.suite()
        run.samples.removeAll { $0.environment == "podman" && $0.workload == "xz" }
        let suite = RunAnalysis.of(run.manifest, samples: run.samples).suite
        #expect(suite.map(\.environment) == ["docker", "podman", "libvirt-tcg"])
        #expect(suite[0].workloads.count == 10)
        #expect(!suite[0].workloads.contains("startup"))
        #expect(suite[1].estimate == nil)
        #expect(suite[1].absence == "no figure over all workloads: xz without a round")
        #expect(suite[2].estimate != nil)
    }

    @Test("a workload that failed natively takes nobody's figure")
    func suiteWithoutNative() throws {
        var run = SyntheticRun.suite()
        run.samples.removeAll { $0.environment == "native" && $0.workload == "xz" }
        let suite = RunAnalysis.of(run.manifest, samples: run.samples).suite
        #expect(suite.allSatisfy { $0.estimate != nil && $0.workloads.count == 9 })
    }

    @Test("phases are medians in seconds; a bare exec is native's alone and not missing elsewhere")
    func startup() throws {
        let run = SyntheticRun.suite()
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples)
        #expect(analysis.startup.map(\.environment) == ["native", "docker", "podman", "libvirt-tcg"])
        let native = try #require(analysis.startup.first)
        #expect(native.seconds(.bareExec) == 0.0007)
        #expect(analysis.startup[1].seconds(.bareExec) == nil)
        #expect(!analysis.results.contains { $0.metric.name == "bare-exec" && $0.environment != "native" })
        let ready = try #require(native.seconds(.ready))
        #expect((0.011...0.015).contains(ready))
        var milliseconds = SyntheticRun(
            workloads: [
                .init(
                    name: "s",
                    workloadClass: .startup,
                    metrics: [.init(name: "ready", unit: "ms", better: .lower, delta: 0.1)]
                )
            ])
        for (round, value) in [10.0, 30, 20].enumerated() { milliseconds.add("s", "native", round: round + 1, value) }
        let converted = RunAnalysis.of(milliseconds.manifest, samples: milliseconds.samples).startup
        #expect(converted.map { $0.seconds(.ready) } == [0.02, nil])
        #expect(converted[1].absence == "no samples in samples.csv")
    }

    @Test("differences name the fact, both values and the figures they can explain")
    func parity() throws {
        let run = SyntheticRun.suite()
        let differences = RunAnalysis.of(run.manifest, samples: run.samples).differences
        let seccomp = try #require(differences.first { $0.fact == FactKey.seccomp })
        #expect(seccomp.environments == ["docker", "podman"])
        #expect(
            seccomp.sentence
                == "docker and podman differ from native in the seccomp mode: filter (native: disabled); it can explain "
                + "figures of fio-randread-4k, fio-randwrite-fsync, fio-seqwrite, sqlite-insert and startup"
        )
        let flags = try #require(differences.first { $0.fact == FactKey.cpuFlags })
        #expect(flags.value == "2 flags, without avx avx2 avx512f sha_ni")
        #expect(flags.native == "6 flags")
        let memory = try #require(differences.first { $0.fact == FactKey.memoryLimit })
        #expect(memory.value == "964 MiB")
        #expect(!differences.contains { $0.fact == FactKey.cpus || $0.fact == FactKey.scratchType })
    }

    @Test("small differences of numbers and the order of options do not count; facts nobody attested neither")
    func tolerance() {
        var run = SyntheticRun(workloads: [.init(name: "w")])
        run.manifest.environments[0].attested = [
            FactKey.memoryLimit: "1000000000", FactKey.scratchOptions: "rw,noatime", FactKey.clockCost: "30",
            FactKey.governor: "performance",
        ]
        run.manifest.environments[1].attested = [
            FactKey.memoryLimit: "990000000", FactKey.scratchOptions: "noatime,rw", FactKey.clockCost: "59",
        ]
        #expect(RunAnalysis.of(run.manifest, samples: []).differences.isEmpty)
        run.manifest.environments[1].enforced[FactKey.governor] = "powersave"
        run.manifest.environments[1].attested[FactKey.clockCost] = "940"
        #expect(
            RunAnalysis.of(run.manifest, samples: []).differences.map(\.sentence) == [
                "docker differs from native in the cost of reading the clock in ns: 940 (native: 30); it should not "
                    + "change a figure",
                "docker differs from native in the CPU frequency governor: powersave (native: performance); it can "
                    + "explain any figure",
            ]
        )
    }

    @Test("warnings say what is weak and what to do")
    func advice() throws {
        var run = SyntheticRun(workloads: [.init(name: "w")], rounds: 6)
        run.manifest.warnings = ["the scratch disk is slow", "the scratch disk is slow"]
        run.manifest.sessions = [
            SessionRecord(number: 1, wallClock: 0, hostClock: 0, bootID: "a", ending: .interrupted, reason: "signal 2"),
            SessionRecord(number: 2, wallClock: 0, hostClock: 0, bootID: "b", ending: .budget),
        ]
        for (index, value) in [100.0, 120, 80].enumerated() {
            run.add("w", "native", round: index + 1, value)
            run.add("w", "docker", round: index + 1, value)
        }
        run.add("w", "docker", round: 4, nil, outcome: .timeout, reason: "60 s\npassed")
        let warnings = RunAnalysis.of(run.manifest, samples: run.samples).warnings
        #expect(
            warnings == [
                "the scratch disk is slow",
                "3 of 6 rounds were measured, because the budget was spent before; continue with "
                    + "'benchrun resume 20260102-030405-abcd'",
                "w in docker has no value in 1 round (timeout: 60 s passed); raise 'timeout' in the workload's file if "
                    + "that is normal there",
                "all rows have at most 3 complete rounds: no 95 % interval exists under 6 rounds, so nothing can be "
                    + "concluded from them; measure again with '--rounds 6' or more",
                "w varies by 20 % from launch to launch natively, more than the 5 % that matter: small overheads cannot "
                    + "be seen; stop other work on this host, or measure more rounds",
                "the host was rebooted between sessions of this run: only rounds of one session are compared, but their "
                    + "spread includes what the reboot changed",
            ]
        )
    }

    @Test("emulation is called by its name")
    func emulation() {
        let run = SyntheticRun.suite()
        let warnings = RunAnalysis.of(run.manifest, samples: run.samples).warnings
        #expect(warnings.contains { $0.hasPrefix("libvirt-tcg emulates the CPU in software (no probe guest answered") })
    }
}
