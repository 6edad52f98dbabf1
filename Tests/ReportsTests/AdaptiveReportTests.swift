import BenchrunModel
import Results
import Statistics
import TestSupport
import Testing

@testable import Analysis
@testable import Reports

@Suite("reports of runs that measure until they are precise")
struct AdaptiveReportTests {
    /// Two workloads: `w` was precise at once, `v` had not enough rounds.
    private func run(_ reason: StopReason? = .maximum) -> SyntheticRun {
        var run = SyntheticRun(workloads: [.init(name: "w"), .init(name: "v")], rounds: 12)
        for round in 1...12 {
            let noise = 1 + Double(round % 3) / 10
            run.add("v", "native", round: round, 100)
            run.add("v", "docker", round: round, 90 * noise)
            guard round <= 10 else { continue }
            run.add("w", "native", round: round, 100)
            run.add("w", "docker", round: round, 99 + Double(round) / 100)
        }
        run.manifest.schedule = ScheduleRecord(
            stopping: .adaptive(maximum: 12, halfWidth: 0.03),
            pairs: [
                PairRecord(
                    workload: "w",
                    caseLabel: "",
                    environment: "docker",
                    target: 0.03,
                    rounds: 10,
                    closedAt: 10,
                    reason: .precision
                ),
                PairRecord(
                    workload: "v",
                    caseLabel: "",
                    environment: "docker",
                    target: 0.03,
                    rounds: 12,
                    closedAt: reason == nil ? nil : 12,
                    reason: reason
                ),
            ]
        )
        return run
    }

    private func comparison(_ analysis: RunAnalysis, _ workload: String) throws -> Comparison {
        let result = analysis.results.first { $0.workload == workload && $0.environment == "docker" }
        return try #require(result?.comparison)
    }

    @Test("the interval is that of alpha 0.04, and the target the run's")
    func interval() throws {
        let made = run()
        let analysis = RunAnalysis.of(made.manifest, samples: made.samples)
        let comparison = try comparison(analysis, "v")
        let d = comparison.pairs.map(\.logRatio)
        let wanted = try #require(HodgesLehmann.oneSample(d, alpha: 0.04))
        #expect(comparison.estimate == LogEstimate(wanted))
        #expect(comparison.estimate != HodgesLehmann.oneSample(d, alpha: 0.05).map(LogEstimate.init))
        #expect(comparison.halfWidthTarget == 0.03)
        // The suite's figure has the rounds that are complete for all workloads.
        #expect(analysis.suite.first?.estimate?.rounds == 10)
    }

    @Test("each row says why it stopped")
    func stopped() throws {
        let made = run()
        let analysis = RunAnalysis.of(made.manifest, samples: made.samples)
        #expect(try comparison(analysis, "w").stop == Stop(reason: .precision, round: 10))
        let text = TerminalReport(analysis: analysis, width: 120).render()
        #expect(text.contains("12 rounds (10 to 12, until precise), 95 % intervals"))
        #expect(text.contains("enough  precise at 10"))
        #expect(text.contains("most rounds"))
        #expect(text.contains("likely to be ±3 %"))
        #expect(
            analysis.warnings.contains {
                $0.hasPrefix("12 rounds were not enough for intervals as narrow as wanted: v in docker; raise")
            }
        )
        let model = ReportModelBuilder(
            manifest: made.manifest,
            analysis: analysis,
            notes: PlotNotes(manifest: made.manifest, analysis: analysis),
            pictures: []
        ).model()
        #expect(model.hasStops)
        #expect(model.groups.flatMap(\.rows).map(\.stopped) == ["precise at 10", "most rounds"])
        #expect(model.commands[0].contains("--precise --half-width '3 %' --max-rounds 12 --seed 42"))
        let page = try ReportTemplate.render(MarkdownTemplate.text, model)
        #expect(page.contains("| rounds | needed | stopped |"))
        #expect(page.contains("| 10 | enough | precise at 10 |"))
        #expect(page.contains("until its interval was as narrow as wanted"))
        let html = try ReportTemplate.render(HTMLTemplate.text, model)
        #expect(html.contains("<td>precise at 10</td>"))
    }

    @Test("rows of a run that ended early say so, and what to do", arguments: [StopReason.budget, .interrupted, nil])
    func early(reason: StopReason?) throws {
        var made = run(reason)
        made.manifest.sessions[0].ending =
            switch reason {
            case .budget: .budget
            case .interrupted: .interrupted
            default: nil
            }
        let analysis = RunAnalysis.of(made.manifest, samples: made.samples)
        #expect(
            analysis.warnings.contains {
                $0.hasPrefix("1 of 2 intervals are not yet as narrow as wanted, because ")
                    && $0.hasSuffix("continue with 'benchrun resume 20260102-030405-abcd'")
            }
        )
        #expect(Wording.stop(try comparison(analysis, "v")) == reason?.rawValue ?? "cut off")
    }

    @Test("a run with a fixed number of rounds has no such column")
    func fixed() {
        var made = run(.fixed)
        made.manifest.schedule?.stopping = .fixed(12)
        made.manifest.schedule?.pairs[0].reason = .fixed
        let analysis = RunAnalysis.of(made.manifest, samples: made.samples)
        #expect(!Wording.hasStops(analysis))
        #expect(!TerminalReport(analysis: analysis).render().contains("stopped"))
    }

    @Test("kept instances are named wherever figures are")
    func conditional() throws {
        var made = run()
        made.manifest.schedule?.reusesInstances = true
        made.manifest.schedule?.pilots = [
            PilotRecord(
                workload: "w",
                caseLabel: "",
                iterations: 4,
                maximum: 16,
                launches: 8,
                iterationVariance: 0.0004,
                launchVariance: -0.1,
                launchSeconds: 3,
                iterationSeconds: 1
            )
        ]
        let analysis = RunAnalysis.of(made.manifest, samples: made.samples)
        #expect(TerminalReport(analysis: analysis).render().contains("conditional on instance"))
        #expect(analysis.warnings.contains { $0.contains("conditional on instance") })
        #expect(Method(manifest: made.manifest).paragraphs.contains { $0.contains("--reuse-instances") })
        let pilot = Method.pilot(try #require(made.manifest.schedule?.pilots.first))
        #expect(pilot.name == "Iterations of w")
        #expect(
            pilot.value
                == "4 in each launch (at most 16); in a pilot of 8 launches the spread between iterations was 2.0 %, "
                + "that between launches none"
        )
    }

    @Test("of several attempts the latest that both sides have counts")
    func attempts() throws {
        var made = SyntheticRun(workloads: [.init(name: "w")], environments: ["native", "docker", "podman"], rounds: 1)
        made.add("w", "native", round: 1, 100, attempt: 1)
        made.add("w", "docker", round: 1, 50, attempt: 1, outcome: .invalid, reason: "steal")
        made.add("w", "podman", round: 1, 50, attempt: 1)
        made.add("w", "native", round: 1, 90, attempt: 2)
        made.add("w", "docker", round: 1, 90, attempt: 2)
        made.add("w", "podman", round: 1, 10, attempt: 2, outcome: .invalid, reason: "steal")
        let analysis = RunAnalysis.of(made.manifest, samples: made.samples)
        let ratios = analysis.results.compactMap { $0.comparison?.pairs.map(\.logRatio) }
        #expect(ratios.count == 2)
        #expect(abs(ratios[0][0]) < 1e-12)
        #expect(abs(ratios[1][0] - 0.6931471805599453) < 1e-12)
        #expect(analysis.failures.allSatisfy { $0.lostRounds.isEmpty })
    }

    @Test("a manifest of a version without schedules reads as a fixed one")
    func old() throws {
        var made = run()
        let folder = try TemporaryFolder()
        let runFolder = RunFolder(path: folder.path + "/run")
        try made.write(to: runFolder)
        #expect(try runFolder.loadManifest() == made.manifest)
        made.manifest.schedule = nil
        try made.write(to: runFolder)
        #expect(!String(decoding: try readFile(runFolder.manifest), as: UTF8.self).contains("schedule"))
        #expect(try runFolder.loadManifest().stoppingRule == .fixed(12))
    }
}
