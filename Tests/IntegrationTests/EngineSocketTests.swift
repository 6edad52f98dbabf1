import BenchrunModel
import Foundation
import Results
import Testing

extension IntegrationTests {
    /// Docker's containers by its socket beside those by its command line: the same but for the client.
    @Suite struct EngineSocketTests {
        @Test(.timeLimit(.minutes(5)))
        func theClientsShareIsVisible() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["startup", "sysbench-cpu"],
                    environments: ["native", "docker", "docker-api"],
                    rounds: 2
                )
                let run = try await Invocation.run(sandbox.run(suite), in: sandbox)
                let samples = try sandbox.soundSamples(of: run)
                let manifest = try sandbox.onlyRun().loadManifest()
                let records = Dictionary(uniqueKeysWithValues: manifest.environments.map { ($0.spec.name, $0) })
                let api = try #require(records["docker-api"])
                let cli = try #require(records["docker"])
                #expect(api.driverFacts["engine.client"] == "socket" && cli.driverFacts["engine.client"] == nil)
                for fact in [FactKey.seccomp, FactKey.capabilities, FactKey.scratchType, FactKey.openFiles] {
                    #expect(api.attested[fact] == cli.attested[fact], "\(fact)")
                }
                #expect(api.enforced[FactKey.memoryLimit] == cli.enforced[FactKey.memoryLimit])
                #expect(api.enforced[FactKey.cpuQuota] == cli.enforced[FactKey.cpuQuota])
                // A client program that is started for each step takes tens of milliseconds of these.
                for phase in ["create", "remove"] {
                    let fastest = ["docker", "docker-api"].map { name in
                        samples.filter { $0.environment == name && $0.metric == phase }.compactMap(\.value).min() ?? 0
                    }
                    #expect(fastest[1] > 0 && fastest[1] < fastest[0], "\(phase): \(fastest)")
                }
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
            }
        }
    }
}
