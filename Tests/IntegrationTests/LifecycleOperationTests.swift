import BenchrunModel
import Foundation
import Results
import Testing

extension IntegrationTests {
    /// What is done to an instance between its start and its end, and several of them at once.
    @Suite struct LifecycleOperationTests {
        private static let environments = ["native", "docker", "podman", "libvirt-tcg"]
        /// Those that share the host's kernel: three emulated guests on one CPU would take too long for a test.
        private static let sharing = ["native", "docker", "podman"]
        private static let common: Set<String> = ["pause", "unpause", "agent-exec"]

        @Test(.timeLimit(.minutes(6)))
        func everyEnvironmentDoesWhatItsKindCan() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["operations"],
                    environments: Self.environments,
                    rounds: 1
                )
                // Its package is that of the timeline's workload, so that both take the same image.
                let file = "\(suite.directory)/workloads/startup/operations.yaml"
                let text = try String(contentsOfFile: file, encoding: .utf8)
                try suite.add(workload: "operations", ofClass: "startup", text + "packages: [redis-server]\n")
                let before = try await Leftovers.now()
                let invocation = try await Invocation.run(sandbox.run(suite), in: sandbox)
                #expect(invocation.status == 0, "\(invocation.errors.suffix(3000))")
                let samples = try SampleReader.all(path: sandbox.onlyRun().samples)
                // Where others take CPU time a guard calls a cell invalid; it was measured all the same.
                #expect(samples.allSatisfy { $0.value != nil }, "\(samples.filter { $0.value == nil })")
                checkOperations(samples)
                let report = try String(
                    contentsOfFile: sandbox.store.plotsFolder(of: try sandbox.onlyRun().loadManifest().run)
                        + "/report.md",
                    encoding: .utf8
                )
                #expect(report.contains("agent-exec") && report.contains("restore"))
                let leftovers = try await Leftovers.left(by: sandbox, since: before)
                #expect(leftovers.isEmpty, "\(leftovers)")
            }
        }

        @Test(.timeLimit(.minutes(3)))
        func severalAreStartedAtOnceAndAllGo() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["three-at-once"],
                    environments: Self.sharing,
                    rounds: 1
                )
                try suite.add(workload: "three-at-once", ofClass: "startup", Self.three)
                let before = try await Leftovers.now()
                let invocation = try await Invocation.run(sandbox.run(suite), in: sandbox)
                #expect(invocation.status == 0, "\(invocation.errors.suffix(3000))")
                let samples = try SampleReader.all(path: sandbox.onlyRun().samples)
                #expect(samples.allSatisfy { $0.value != nil }, "\(samples.filter { $0.value == nil })")
                checkCompany(samples)
                let leftovers = try await Leftovers.left(by: sandbox, since: before)
                #expect(leftovers.isEmpty, "\(leftovers)")
            }
        }

        private func checkOperations(_ samples: [Sample]) {
            let engine: Set<String> = ["exec", "commit", "restart", "kill"]
            let domain: Set<String> = ["snapshot", "save", "restore", "restart", "kill"]
            let own: [String: Set<String>] = [
                "native": [], "docker": engine.union(["attach"]), "podman": engine, "libvirt-tcg": domain,
            ]
            for environment in Self.environments {
                var seconds: [String: Double] = [:]
                for row in samples where row.environment == environment { seconds[row.metric] = row.value }
                #expect(Set(seconds.keys) == Self.common.union(own[environment] ?? []), "\(environment)")
                #expect(seconds.values.allSatisfy { $0 > 0 && $0 < 60 }, "\(environment): \(seconds)")
                // An engine's client alone takes longer than an agent that is inside already.
                if let exec = seconds["exec"], let agent = seconds["agent-exec"] {
                    #expect(exec > agent, "\(environment): \(seconds)")
                }
            }
        }

        private func checkCompany(_ samples: [Sample]) {
            for environment in Self.sharing {
                var values: [String: Double] = [:]
                for row in samples where row.environment == environment { values[row.metric] = row.value }
                let slowest = values["ready-slowest"] ?? 0
                #expect(slowest > 0 && slowest == values["all-ready"], "\(environment): \(values)")
                #expect((values["ready-median"] ?? 0) > 0 && (values["ready-median"] ?? 0) <= slowest)
                #expect(abs((values["start-rate"] ?? 0) * slowest - 3) < 1e-6, "\(environment): \(values)")
            }
        }

        /// Its package is that of the timeline's workload, so that both take the same image.
        private static let three = """
            title: Three at once
            class: startup
            activity: lifecycle
            packages: [redis-server]
            instances: 3
            metrics:
              - {name: all-ready, unit: s, better: lower, phase: all-ready}
              - {name: ready-median, unit: s, better: lower, phase: ready-median}
              - {name: ready-slowest, unit: s, better: lower, phase: ready-slowest}
              - {name: start-rate, unit: 1/s, better: higher, phase: start-rate}

            """
    }
}
