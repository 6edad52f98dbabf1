import BenchrunModel
import Glibc
import Results
import Statistics
import Testing

@testable import Analysis
@testable import Reports

@Suite("Two runs compared, and the gate over two files")
struct RegressionTests {
    private func series(_ run: SyntheticRun) -> RunSeries { RunSeries(run.manifest, samples: run.samples) }

    private func gate(_ old: SyntheticRun, _ new: SyntheticRun) throws -> GateReport {
        try FileGateAnalysis.judge(baseline: series(old), candidate: series(new), name: "old")
    }

    @Test("The change of an overhead is found, also where the host as a whole is another speed")
    func compare() throws {
        let old = RunPairs.run("old-1")
        let new = RunPairs.run("new-1", overhead: 0.32, level: 0.8, seed: 2)
        let comparison = RunComparison.of(baseline: series(old), candidate: series(new))
        #expect(comparison.rows.map(\.environment) == ["native", "docker", "native", "docker"])
        let row = try #require(comparison.rows.first { $0.environment == "docker" })
        let change = try #require(row.overheadChange)
        // From 1.1 to 1.32 is a fifth.
        #expect(abs(change.overhead - 0.2) < 0.01)
        #expect(row.verdict == .slower)
        let native = try #require(comparison.rows.first { $0.environment == "native" })
        #expect(native.overheadChange == nil)
        #expect(abs(try #require(native.valueChange).overhead - 0.25) < 0.01)
        let text = CompareText(comparison).render()
        #expect(text.contains("+20 %") && text.contains("worse (value)"), "\(text)")
        #expect(CompareText(comparison).markdown().contains("| cpu | docker |"))
    }

    @Test("The interval is wider than the rounds say, by what runs differ by")
    func widening() throws {
        let old = RunPairs.run("old-1", noise: 0.0001)
        var new = RunPairs.run("new-1", noise: 0.0001, seed: 2)
        func halfWidth() throws -> Double {
            try #require(try gate(old, new).rows[0].row.overheadChange?.halfWidth)
        }
        // 1.96 sqrt(2) 1 % where nothing is calibrated.
        #expect(abs(try halfWidth() - 1.96 * 2.0.squareRoot() * 0.01) < 0.001)
        #expect(try gate(old, new).warnings.contains { $0.contains("taken as 1 %") })
        new.manifest.calibration = RunPairs.calibration(tau: 0.03)
        // t(.975, 9) sqrt(2) 3 %.
        #expect(abs(try halfWidth() - 2.262 * 2.0.squareRoot() * 0.03) < 0.001)
        #expect(!(try gate(old, new).warnings.contains { $0.contains("taken as 1 %") }))
        #expect(try gate(old, new).visible.first?.contains("calibrated with 10 runs") == true)
    }

    @Test(
        "Statuses follow the change",
        arguments: [
            (0.1, GateStatus.pass, Int32(0)), (0.32, .regression, 1), (-0.1, .improved, 0), (0.155, .inconclusive, 3),
        ]
    )
    func statuses(overhead: Double, status: GateStatus, exitCode: Int32) throws {
        let report = try gate(RunPairs.run("old-1"), RunPairs.run("new-1", overhead: overhead, seed: 3))
        #expect(report.rows.map(\.status) == [status, status], "\(report.rows.map(\.reason))")
        #expect(report.status == status && report.exitCode == exitCode)
        #expect(report.rows.allSatisfy { !$0.reason.isEmpty && $0.p != nil && $0.adjustedP != nil })
        #expect(report.mode == .files && report.baseline == "old" && report.candidate == "new-1")
    }

    @Test("A gate that could never say regression refuses, and says what it takes")
    func refusal() {
        let old = RunPairs.run("old-1", rounds: 3)
        let new = RunPairs.run("new-1", overhead: 9, rounds: 3)
        #expect {
            try gate(old, new)
        } throws: { error in
            // 1/C(6, 3) = .05, and two rows.
            "\(error)".contains("2 rows of at most 3 complete rounds cannot show a regression")
                && "\(error)".contains("measure 5 rounds in both runs")
        }
        #expect {
            try gate(RunPairs.run("a-1", workloads: ["x"]), RunPairs.run("b-1", workloads: ["y"]))
        } throws: { "\($0)".contains("have no row in common") }
    }

    @Test("Figures of different work are not judged")
    func otherWork() throws {
        let old = RunPairs.run("old-1")
        var new = RunPairs.run("new-1", overhead: 0.5)
        new.manifest.workloads[0].digest = "changed"
        let report = try gate(old, new)
        #expect(report.rows.map(\.status) == [.inconclusive, .regression])
        #expect(report.rows[0].reason.contains("the workload's file is another"))
        #expect(report.differences.contains { $0.fact == "workload cpu: file" })
        #expect(report.warnings.contains { $0.contains("the files of cpu differ") })
    }

    @Test("A row without values is inconclusive with its reason, never a zero")
    func missing() throws {
        let old = RunPairs.run("old-1")
        var new = RunPairs.run("new-1")
        new.samples.removeAll { $0.workload == "cpu" && $0.environment == "docker" }
        let report = try gate(old, new)
        let row = try #require(report.rows.first)
        #expect(row.status == .inconclusive && row.reason == "the candidate has no complete round")
        #expect(row.row.candidate.launches == 0 && row.row.candidate.median == nil && row.row.overheadChange == nil)
        #expect(report.exitCode == 3)
    }

    @Test("Facts that differ are named")
    func differences() {
        var old = RunPairs.run("old-1").manifest
        var new = RunPairs.run("new-1").manifest
        old.host[FactKey.kernel] = "6.1.0-1"
        new.host[FactKey.kernel] = "6.1.0-2"
        old.environments[1].driverFacts = ["engine.version": "20.10"]
        new.environments[1].driverFacts = ["engine.version": "28.2"]
        new.imageDigest = "sha256:other"
        let found = RunDifference.between(old, new)
        #expect(found.map(\.fact) == ["image", "host kernel.release", "docker: engine.version"])
        #expect(found[2] == RunDifference(fact: "docker: engine.version", baseline: "20.10", candidate: "28.2"))
        #expect(RunDifference.between(old, old).isEmpty)
    }

    @Test("Rows that are there twice count once; other runs' rows not at all; later attempts replace earlier ones")
    func oddRows() throws {
        var run = SyntheticRun(workloads: [.init(name: "cpu")])
        for round in 1...6 {
            run.add("cpu", "native", round: round, 100)
            run.add("cpu", "docker", round: round, 50)
        }
        let clean = run.samples
        run.samples += clean.suffix(2)
        run.add("cpu", "native", round: 6, 100, attempt: 2)
        run.add("cpu", "docker", round: 6, 25, attempt: 2)
        run.add("cpu", "docker", round: 5, 1, attempt: 2, outcome: .invalid)
        var stranger = clean[0]
        stranger.run = try #require(RunID("another-run"))
        run.samples.append(stranger)
        let series = RunSeries(run.manifest, samples: run.samples)
        let workload = run.manifest.workloads[0]
        let ratios = series.logRatios(workload, "", "docker").map { exp($0) }
        #expect(ratios.map { ($0 * 10).rounded() / 10 } == [2, 2, 2, 2, 2, 4])
        #expect(series.values("cpu", "", "docker") == [50, 50, 50, 50, 50, 25])
        #expect(series.notes.contains { $0.contains("2 rows are there twice") })
        #expect(series.notes.contains { $0.contains("1 rows belong to another run") })
    }

    @Test("Iterations of a launch are averaged; a launch with a failed one is none")
    func iterations() {
        var run = SyntheticRun(workloads: [.init(name: "cpu")])
        for (iteration, value) in [100.0, 200, 300].enumerated() {
            run.add("cpu", "native", round: 1, value, iteration: iteration + 1)
            run.add("cpu", "native", round: 2, value, iteration: iteration + 1)
        }
        run.add("cpu", "native", round: 2, nil, iteration: 4, outcome: .failed)
        #expect(RunSeries(run.manifest, samples: run.samples).values("cpu", "", "native") == [200])
    }
}
