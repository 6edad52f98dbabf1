import Analysis
import BenchrunModel
import Foundation
import Results
import Testing

extension IntegrationTests {
    /// A real ladder: each rung against the next, in every form of the report.
    @Suite struct LadderTests {
        @Test(.timeLimit(.minutes(5)))
        func theReportHasTheCostOfEachStep() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(
                    in: sandbox,
                    // A start-up, which counts also where others are at work on this machine.
                    workloads: ["startup"],
                    environments: ["native"],
                    rounds: 6,
                    more: "ladder: [docker, docker-seccomp-unconfined, docker-privileged, native]"
                )
                let run = try await Invocation.run(sandbox.run(suite), in: sandbox)
                _ = try sandbox.soundSamples(of: run)
                let analysis = try RunAnalysis.of(sandbox.onlyRun())
                let ladder = try #require(analysis.ladders.first)
                let rungs = ladder.steps.map(\.from) + [ladder.steps.last?.to].compactMap { $0 }
                let usable = analysis.environments.filter { $0.unavailable == nil }.map(\.name)
                let wanted = ["docker", "docker-seccomp-unconfined", "docker-privileged", "native"]
                #expect(rungs == wanted.filter(usable.contains))
                #expect(rungs.count >= 3)
                #expect(ladder.missing.map(\.environment) == wanted.filter { !usable.contains($0) })
                for step in ladder.steps + [ladder.whole].compactMap({ $0 }) {
                    #expect(!step.removes.isEmpty)
                    let estimate = try #require(step.estimate)
                    #expect(estimate.rounds <= 6 && estimate.value.isFinite)
                }
                #expect(run.output.contains("What each step of the ladder costs"), "\(run.output)")
                let plots = sandbox.store.plotsFolder(of: analysis.run)
                for file in ["report.md", "report.html"] {
                    let text = try String(contentsOfFile: "\(plots)/\(file)", encoding: .utf8)
                    #expect(text.contains("docker → docker-seccomp-unconfined"), "\(file)")
                }
                let picture = FileManager.default.contents(atPath: plots + "/ladder.png") ?? Data()
                #expect(picture.count > 10_000)
            }
        }
    }
}
