import Analysis
import BenchrunModel
import Glibc
import Results
import Statistics
import TestSupport
import Testing

@testable import Reports

@Suite("flags of series, and the companion estimate")
struct SeriesNoteTests {
    /// 24 rounds of two workloads in three environments, with a little noise; `change` alters a value's cost.
    private func run(
        rounds: Int = 24,
        _ change: (_ workload: String, _ environment: String, _ round: Int, _ before: String) -> Double
    ) -> SyntheticRun {
        let environments = ["native", "docker", "podman"]
        var run = SyntheticRun(
            workloads: ["a", "b"].map { .init(name: $0) },
            environments: environments,
            rounds: rounds
        )
        var noise = Noise(seed: 99)
        for workload in ["a", "b"] {
            for (index, order) in LatinSchedule.rows(environments: environments, rounds: rounds, seed: 5).enumerated() {
                for (slot, environment) in order.enumerated() {
                    let before = slot == 0 ? "" : order[slot - 1]
                    let cost = exp(0.01 * noise.normal()) * (1 + change(workload, environment, index + 1, before))
                    run.add(workload, environment, round: index + 1, 100 / cost, slot: slot)
                }
            }
        }
        return run
    }

    private func analysis(_ run: SyntheticRun) -> RunAnalysis {
        RunAnalysis.of(run.manifest, samples: run.samples)
    }

    private func notes(_ analysis: RunAnalysis, _ workload: String, _ environment: String) -> [SeriesNote] {
        analysis.primary.first { $0.workload == workload && $0.environment == environment }?.notes ?? []
    }

    @Test("a clean run has no flags, and a cost ratio from 20 rounds on")
    func clean() throws {
        let analysis = analysis(run { _, environment, _, _ in environment == "docker" ? 0.05 : 0 })
        #expect(analysis.results.allSatisfy { $0.notes.isEmpty })
        let docker = try #require(analysis.primary.first { $0.environment == "docker" }?.comparison)
        let cost = try #require(docker.cost)
        #expect(cost.rounds == 24 && cost.lower < cost.ratio && cost.ratio < cost.upper)
        // A throughput's cost is time per unit of work: more than 1 is overhead, as for every log ratio.
        #expect(abs(cost.ratio - 1.05) < 0.01)
        #expect(RowNotes.cost(docker).first?.hasPrefix("all 24 rounds together: +") == true)
        let short = self.analysis(run(rounds: 12) { _, _, _, _ in 0 })
        #expect(short.primary.allSatisfy { $0.comparison?.cost == nil })
    }

    @Test("a drifting row is flagged, the others are not")
    func drift() throws {
        let analysis = analysis(
            run { workload, environment, round, _ in
                workload == "a" && environment == "docker" ? 0.004 * Double(round) : 0
            }
        )
        let note = try #require(notes(analysis, "a", "docker").first)
        #expect(
            note.flag == .drift && note.p <= 0.01 && note.sentence.contains("the overhead grows from round to round")
        )
        #expect(notes(analysis, "a", "podman").isEmpty && notes(analysis, "b", "docker").isEmpty)
    }

    @Test("outliers name their rounds; what runs before is named")
    func outliersAndPredecessor() throws {
        let spike = analysis(
            run { workload, environment, round, _ in
                workload == "b" && environment == "podman" && round == 7 ? 0.5 : 0
            }
        )
        let outlier = try #require(notes(spike, "b", "podman").first)
        #expect(outlier.flag == .outliers && outlier.rounds == [7])
        #expect(outlier.sentence.hasPrefix("round 7 lies far from all others"))
        let carried = analysis(
            run { workload, environment, _, before in
                workload == "a" && environment == "docker" && before == "podman" ? 0.08 : 0
            }
        )
        let predecessor = try #require(notes(carried, "a", "docker").first { $0.flag == .predecessor })
        #expect(predecessor.sentence.contains("when docker runs right after podman, the overhead is +"))
    }

    @Test("native's launches that still warm up are flagged on native")
    func notSteady() throws {
        var run = SyntheticRun(workloads: [.init(name: "w")], rounds: 10)
        var noise = Noise(seed: 3)
        for round in 1...10 {
            for environment in ["native", "docker"] {
                for iteration in 1...4 {
                    let warming = environment == "native" && iteration > 2 ? 1.1 : 1
                    let value = 100 * exp(0.01 * noise.normal()) * warming
                    run.add("w", environment, round: round, value, iteration: iteration)
                }
            }
        }
        let analysis = analysis(run)
        #expect(notes(analysis, "w", "native").map(\.flag) == [.notSteady])
        #expect(notes(analysis, "w", "docker").isEmpty)
        let group = try #require(ResultGroup.all(of: analysis).first)
        #expect(RowNotes.nativeFlags(group).first?.hasPrefix("native, not-steady: the second half") == true)
        let text = TerminalReport(analysis: analysis).render()
        #expect(text.contains("  ! native, not-steady: the second half of a launch's iterations differs"))
    }

    @Test("each row's flags stand beside it in every form of the report")
    func reports() async throws {
        var spiked = run { workload, environment, round, _ in
            workload == "b" && environment == "podman" && round == 7 ? 0.5 : 0
        }
        spiked.manifest.calibration = nil
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("r"))
        try spiked.write(to: source)
        let report = try await ReportBuilder(searchPath: "").build(runFolder: source, plotsFolder: folder.file("p"))
        let text = TerminalReport(analysis: report.analysis, width: 100).render()
        #expect(text.contains("  ! podman, outliers: round 7 lies far"))
        #expect(text.split(separator: "\n").allSatisfy { TextWidth.of(String($0)) <= 100 })
        #expect(try folder.read("p/report.md").contains("<br>outliers: round 7 lies far"))
        #expect(try folder.read("p/report.html").contains("<span class=\"note\">outliers: round 7 lies far"))
        for name in ["report.md", "report.html"] {
            #expect(try folder.read("p/\(name)").contains("this host is not calibrated for these workloads"))
        }
        #expect(text.contains("- this host is not calibrated for these workloads"))
    }
}
