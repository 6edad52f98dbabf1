import BenchrunModel
import Foundation
import Glibc
import Host
import Results
import Testing

extension IntegrationTests {
    /// Operations of engines on images, with a registry on loopback.
    @Suite struct RegistryTests {
        private static let operations = ["pull", "push", "build", "import", "commit"].map { "engine-" + $0 }

        private static func suite(in sandbox: Sandbox) throws -> SmallSuite {
            try SmallSuite(
                in: sandbox,
                workloads: operations,
                environments: ["native", "docker", "docker-api", "podman"],
                rounds: 1
            )
        }

        @Test(.timeLimit(.minutes(10)))
        func bothEnginesDoAllOfThem() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let run = try await Invocation.run(sandbox.run(Self.suite(in: sandbox)), in: sandbox)
                let samples = try sandbox.soundSamples(of: run)
                let folder = try sandbox.onlyRun()
                for engine in ["docker", "docker-api", "podman"] {
                    for operation in Self.operations {
                        let own = samples.filter { $0.environment == engine && $0.workload == operation }
                        #expect(!own.isEmpty && own.allSatisfy { ($0.value ?? 0) > 0.01 }, "\(engine) \(operation)")
                    }
                }
                // Native has no engine, and no gap is made of that.
                #expect(!samples.contains { $0.environment == "native" })
                #expect(run.output.contains("Operations of container engines, medians"), "\(run.output)")
                let id = try folder.loadManifest().run
                let report = sandbox.store.plotsFolder(of: id) + "/report.md"
                let text = try String(contentsOfFile: report, encoding: .utf8)
                #expect(text.contains("| engine-pull: time (lower is better) | – |"), "\(text)")
                try await Self.checkNothingIsLeft(of: id, in: sandbox, since: before)
            }
        }

        /// In the middle of an operation, with the registry running.
        @Test(.timeLimit(.minutes(10)), arguments: ["engine-push in docker", "engine-build in podman"])
        func aKilledRunLeavesNothing(moment: String) async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let words = moment.split(separator: " ").map(String.init)
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: [words[0]],
                    environments: ["native", words[2]],
                    rounds: 1
                )
                let live = try await BackgroundRun.within(sandbox.run(suite), in: sandbox) { run in
                    _ = try await run.line(containing: moment)
                    let live = try #require(
                        await Ledger.all(in: Locations.standard(environment: sandbox.environment).state + "/ledgers")
                            .first { $0.isLive }?.run
                    )
                    // Its client or builder is at work.
                    let verb = String(words[0].dropFirst("engine-".count))
                    try #require(await eventually { !HostProcess.all(of: words[2], naming: verb).isEmpty })
                    kill(run.pid, SIGKILL)
                    #expect(try await run.end().status == 128 + SIGKILL)
                    return live
                }
                let clean = try await Invocation.run([Machine.benchrun, "clean"], in: sandbox)
                #expect(clean.status == 0 && clean.errors.isEmpty, "\(clean.errors)")
                try await Self.checkNothingIsLeft(of: live, in: sandbox, since: before)
            }
        }

        private static func checkNothingIsLeft(
            of run: RunID,
            in sandbox: Sandbox,
            since before: Leftovers
        ) async throws {
            let left = try await Leftovers.left(by: sandbox, since: before, runs: [run])
            #expect(left.isEmpty, "\(left)")
            #expect(EngineStores.images(of: run).isEmpty)
            let podman = try await HostCommand(
                ["podman", "images", "--all", "--quiet", "--filter", "label=benchrun.run=\(run)"]
            ).run()
            #expect(podman.output.isEmpty, "\(podman.output)")
            let builders = try await HostCommand(["podman", "ps", "--all", "--external", "--format", "{{.Names}}"])
                .run()
            #expect(!builders.output.contains("working-container"), "\(builders.output)")
        }
    }
}
