import BenchrunModel
import Foundation
import Glibc
import Host
import Results
import Testing

extension IntegrationTests {
    /// Docker in a guest: the most common deployment in clouds.
    @Suite struct DockerInGuestTests {
        private static let environment = "libvirt-tcg-docker"

        @Test(.timeLimit(.minutes(15)))
        func measuresInTheContainerAndLeavesNothing() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["sysbench-cpu", "startup"],
                    environments: ["native", Self.environment],
                    rounds: 1
                )
                let before = try await Leftovers.now()
                let run = try await Invocation.run(sandbox.run(suite), in: sandbox)
                // 4: a cell was disturbed by others on this host, and has a value all the same.
                #expect([0, 4].contains(run.status), "\(run.errors)")
                let folder = try sandbox.onlyRun()
                let rows = try SampleReader.all(path: folder.samples).filter { $0.environment == Self.environment }
                #expect(rows.contains { $0.workload == "sysbench-cpu" && ($0.value ?? 0) > 0 }, "\(rows)")
                #expect(rows.allSatisfy { $0.value != nil }, "\(rows.map(\.reason))")
                let ready = try #require(rows.first { $0.workload == "startup" && $0.metric == "ready" }?.value)
                // It boots and starts two daemons, emulated: the host's other work decides how long that takes.
                #expect(ready > 1, "\(ready) s")
                try checkFacts(try folder.loadManifest())
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
            }
        }

        /// It is a container, with exactly the limits that were asked for, in a guest with a kernel of its own.
        private func checkFacts(_ manifest: RunManifest) throws {
            let record = try #require(manifest.environments.first { $0.spec.name == Self.environment })
            let native = try #require(manifest.environments.first { $0.spec.name == "native" })
            #expect(record.unavailable == nil, "\(String(describing: record.unavailable))")
            #expect(record.attested[FactKey.virtualization] == "docker")
            #expect(record.attested[FactKey.hypervisor] == "tcg")
            #expect(record.attested[FactKey.seccomp] == "filter")
            #expect(record.attested[FactKey.memoryLimit] == "\(512 << 20)")
            #expect(record.attested[FactKey.cpuQuota] == native.enforced[FactKey.cpuQuota])
            #expect(record.attested[FactKey.kernel] != native.attested[FactKey.kernel])
            #expect(record.attested[FactKey.packageList] == native.attested[FactKey.packageList])
            #expect(record.attested[FactKey.scratchType] == native.attested[FactKey.scratchType])
            #expect(record.driverFacts["engine"] == "docker" && record.driverFacts["accelerator"] == "tcg")
            for step in ["start.guest-ms", "start.engine-ms", "start.container-ms"] {
                #expect(record.enforced[step].flatMap { Int($0) }.map { $0 > 0 } ?? false, "\(step)")
            }
        }

        @Test(.timeLimit(.minutes(10)))
        func aKilledRunIsSwept() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["startup"],
                    environments: ["native", Self.environment],
                    rounds: 1
                )
                let before = try await Leftovers.now()
                let state = Locations.standard(environment: sandbox.environment).state
                let live = try await BackgroundRun.within(sandbox.run(suite), in: sandbox) { session in
                    _ = try await session.line(containing: "startup in \(Self.environment)")
                    let live = try #require(await Ledger.all(in: state + "/ledgers").first { $0.isLive }?.run)
                    let group = ControlGroup("benchrun/\(live)")
                    #expect(await eventually { group.processes().contains { Self.name(of: $0) == "qemu-system-x86" } })
                    Glibc.kill(session.pid, SIGKILL)
                    #expect(try await session.end().status == 128 + SIGKILL)
                    return live
                }
                let clean = try await Invocation.run([Machine.benchrun, "clean"], in: sandbox)
                #expect(clean.status == 0, "\(clean.errors)")
                let left = try await Leftovers.left(by: sandbox, since: before, runs: [live])
                #expect(left.isEmpty, "left after\n\(clean.output)\nis\n\(left)")
            }
        }

        private static func name(of process: Int32) -> String {
            let text = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
            return (text ?? "").trimmingCharacters(in: .newlines)
        }
    }
}
