import Analysis
import BenchrunModel
import Glibc
import Results
import TestSupport
import Testing

@testable import Reports

@Suite("ladder")
struct LadderTests {
    /// Three rungs and one that could not be had; each step costs a fixed share, give or take what a round does to all.
    static func run(rounds: Int = 8) -> SyntheticRun {
        var run = SyntheticRun(
            workloads: [.init(name: "events"), .init(name: "seconds", metrics: [seconds])],
            environments: ["native", "docker", "open", "privileged"],
            rounds: rounds
        )
        run.manifest.ladder = ["docker", "open", "privileged", "native"]
        run.manifest.environments[1].spec.options = ["scratch": "layer"]
        run.manifest.environments[2].spec = EnvironmentSpec(
            name: "open",
            driver: "docker",
            options: ["seccomp": "unconfined"]
        )
        run.manifest.environments[3].unavailable = .init(reason: "root lacks CAP_X", nextStep: "do without")
        for round in 1...rounds {
            let weather = 1 + 0.1 * sin(Double(round))
            for (name, cost) in [("native", 0.0), ("open", 0.05), ("docker", 0.15)] {
                run.add("events", name, round: round, 1000 * weather * exp(-cost))
                run.add("seconds", name, round: round, 2 * weather * exp(cost))
            }
        }
        return run
    }

    private static let seconds = MetricRecord(name: "time", unit: "s", better: .lower, delta: 0.05)

    @Test("a step is one rung against the next inside rounds, whichever way the metric is better")
    func steps() throws {
        let run = Self.run()
        let ladders = RunAnalysis.of(run.manifest, samples: run.samples).ladders
        #expect(ladders.map(\.workload) == ["events", "seconds"])
        for ladder in ladders {
            #expect(ladder.steps.map(\.from) == ["docker", "open"])
            #expect(ladder.steps.map(\.to) == ["open", "native"])
            for (step, cost) in zip(ladder.steps + [ladder.whole].compactMap { $0 }, [0.10, 0.05, 0.15]) {
                let estimate = try #require(step.estimate)
                #expect(abs(estimate.value - cost) < 1e-9)
                #expect(estimate.rounds == 8)
                // What a round does to all rungs is not in the interval.
                #expect(try #require(estimate.halfWidth) < 1e-9)
            }
            #expect(ladder.missing == [.init(environment: "privileged", reason: "not available: root lacks CAP_X")])
            #expect(ladder.steps[0].removes == ["scratch: usual, not layer", "seccomp: unconfined"])
            #expect(ladder.steps[1].removes == ["driver: native, not docker"])
        }
    }

    @Test("only rounds that have both count, and what failed is said")
    func rounds() throws {
        var run = Self.run()
        run.samples.removeAll { $0.environment == "open" && $0.round > 6 }
        run.samples.removeAll { $0.environment == "docker" && $0.workload == "seconds" }
        run.add("seconds", "docker", round: 1, nil, outcome: .failed, reason: "no space")
        let ladders = RunAnalysis.of(run.manifest, samples: run.samples).ladders
        #expect(ladders[0].steps.map { $0.estimate?.rounds } == [6, 6])
        #expect(ladders[0].whole?.estimate?.rounds == 8)
        #expect(ladders[1].steps.map(\.from) == ["open"])
        #expect(ladders[1].whole == nil)
        #expect(ladders[1].missing.first == .init(environment: "docker", reason: "failed: no space"))
    }

    @Test("without a ladder, or with rungs that are not in the run, there is nothing to say or only that")
    func none() {
        var run = Self.run()
        run.manifest.ladder = nil
        let without = RunAnalysis.of(run.manifest, samples: run.samples)
        #expect(without.ladders.isEmpty)
        #expect(LadderTable(without).isEmpty)
        #expect(LadderTable(without).lines(width: 100, colour: false).isEmpty)
        run.manifest.ladder = ["stranger", "native"]
        let alone = RunAnalysis.of(run.manifest, samples: run.samples)
        #expect(alone.ladders.allSatisfy { $0.steps.isEmpty && $0.missing.map(\.reason) == ["not in this run"] })
        #expect(LadderTable.missing(alone) == ["no rung stranger: not in this run"])
    }

    @Test("every form of the report has the steps")
    func report() async throws {
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("r"))
        try Self.run().write(to: source)
        let report = try await ReportBuilder(searchPath: InstalledGnuplot.searchPath).build(
            runFolder: source,
            plotsFolder: folder.file("p")
        )
        let text = TerminalReport(analysis: report.analysis, width: 140).render()
        #expect(text.contains("What each step of the ladder costs"))
        #expect(text.contains("docker → open"), "\(text)")
        #expect(text.contains("- no rung privileged: not available: root lacks CAP_X"))
        let markdown = try folder.read("p/report.md")
        let removed = "scratch: usual, not layer, seccomp: unconfined"
        #expect(markdown.contains("| events | docker → open | \(removed) | +11 % |"))
        #expect(markdown.contains("|  | docker → native | all of it | **+16 %** |"), "\(markdown)")
        let page = try folder.read("p/report.html")
        #expect(page.contains("<td>open → native</td>"))
        #expect(!page.contains("{{"))
        guard InstalledGnuplot.exists else { return }
        #expect(report.pictureError == nil)
        #expect(page.contains("id=\"ladder\""))
        let picture = try PNGPicture(readFile(folder.file("p/ladder.png")))
        #expect(picture.colours().count > 50)
        #expect(try folder.read("p/ladder.svg").contains("docker → open"))
    }

    @Test("hostile names are data in every form")
    func hostile() async throws {
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("r"))
        var run = ReportBuilderTests.hostileRun()
        run.manifest.ladder = run.manifest.environments.map(\.spec.name).reversed()
        try run.write(to: source)
        let report = try await ReportBuilder(searchPath: InstalledGnuplot.searchPath).build(
            runFolder: source,
            plotsFolder: folder.file("p")
        )
        #expect(report.analysis.ladders.first?.steps.count == 1)
        #expect(try !folder.read("p/report.html").contains("<script"))
        #expect(try !folder.read("p/ladder.gp").contains("\n{/Bold"))
        if InstalledGnuplot.exists { #expect(report.pictureError == nil) }
    }
}
