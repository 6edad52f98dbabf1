import BenchrunModel
import Foundation
import Glibc
import Host
import Results
import Testing

extension IntegrationTests {
    /// Containers made by libvirt: the smoke suite's workloads, their limits, and what a kill leaves.
    @Suite struct LibvirtLXCTests {
        private static let name = "libvirt-lxc"

        @Test func smokeWorkloads() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["sysbench-cpu", "fio-randwrite-fsync", "startup"],
                    environments: ["native", Self.name]
                )
                let run = try await Invocation.run(sandbox.run(suite), in: sandbox)
                let folder = try sandbox.onlyRun()
                let manifest = try folder.loadManifest()
                let all = try SampleReader.all(path: folder.samples)
                // Something else on the machine may have disturbed a cell.
                #expect(run.status == 0 || all.contains { $0.outcome == .invalid }, "\(run.errors.suffix(3000))")
                let samples = all.filter { $0.environment == Self.name }
                for workload in manifest.workloads {
                    let own = samples.filter { $0.workload == workload.name && $0.stage == .measured }
                    #expect(Set(own.map(\.round)) == [1, 2], "\(workload.name)")
                    for sample in own {
                        #expect(sample.value != nil && [.ok, .invalid].contains(sample.outcome), "\(sample)")
                    }
                }
                try facts(manifest)
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
            }
        }

        private func facts(_ manifest: RunManifest) throws {
            let records = try ["native", Self.name].map { name in
                try #require(manifest.environments.first { $0.spec.name == name })
            }
            let (native, own) = (records[0], records[1])
            #expect(own.unavailable == nil && own.attested[FactKey.virtualization] == "lxc-libvirt")
            let limits = manifest.limits
            #expect(own.enforced[FactKey.memoryLimit] == "\(limits.memory)", "\(own.enforced)")
            #expect(own.enforced[FactKey.cpus] == Limits.list(limits.cpus), "\(own.enforced)")
            #expect(own.enforced[FactKey.cpuQuota] == "\(limits.cpuQuota * limits.cpus.count)", "\(own.enforced)")
            #expect(own.attested[FactKey.memoryLimit] == "\(limits.memory)", "\(own.attested)")
            for fact in [
                FactKey.cpus, FactKey.kernel, FactKey.bootID, FactKey.scratchType, FactKey.scratchOptions,
                FactKey.seccomp, FactKey.packageList, FactKey.umask, FactKey.openFiles,
            ] {
                #expect(own.attested[fact] == native.attested[fact], "\(fact)")
            }
            #expect(own.attested[FactKey.capabilities] == own.enforced[FactKey.capabilities], "\(own.enforced)")
            #expect(own.attested[FactKey.rootOptions]?.split(separator: ",").contains("ro") == true)
        }

        @Test func memoryIsLimited() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["greedy"],
                    environments: ["native", Self.name],
                    rounds: 1
                )
                let workload = """
                    title: More memory than there is
                    class: memory
                    packages: [sysbench]
                    command: [perl, -e, '$x = "a" x 700_000_000; print length($x), "\\n"']
                    timeout: 60 s
                    parser: none
                    metrics:
                      - {name: time, unit: s, better: lower, resource: wall-time, delta: 10 %}

                    """
                try suite.add(workload: "greedy", ofClass: "memory", workload)
                let run = try await Invocation.run(sandbox.run(suite), in: sandbox)
                #expect(run.status == 4, "\(run.errors)")
                let samples = try SampleReader.all(path: sandbox.onlyRun().samples)
                for environment in ["native", Self.name] {
                    let own = samples.filter { $0.environment == environment }
                    #expect(!own.isEmpty && own.allSatisfy { $0.outcome == .failed && $0.value == nil }, "\(own)")
                    #expect(own.allSatisfy { $0.reason.contains("signal 9") }, "\(own.map(\.reason))")
                }
            }
        }

        @Test func killsLeaveNothingAfterClean() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["sysbench-cpu", "startup"],
                    environments: ["native", Self.name]
                )
                let ledgers = Locations.standard(environment: sandbox.environment).state + "/ledgers"
                let killed = try await BackgroundRun.within(sandbox.run(suite), in: sandbox) { session in
                    _ = try await session.line(containing: "launching \(Self.name)")
                    let run = try #require(await Ledger.all(in: ledgers).first { $0.isLive }?.run)
                    let group = ControlGroup("benchrun/\(run)")
                    let isThere = await eventually { group.processes().contains { Self.program($0) == "libvirt_lxc" } }
                    try #require(isThere)
                    // Without the daemon and its supervisor nobody is left that would end the container.
                    let daemons = ControlGroup("benchrun/\(run)/libvirtd-lxc").processes()
                    #expect(!daemons.isEmpty)
                    for process in [session.pid] + daemons { kill(process, SIGKILL) }
                    #expect(try await session.end().status == 128 + SIGKILL)
                    return run
                }
                let clean = try await Invocation.run([Machine.benchrun, "clean"], in: sandbox)
                #expect(clean.status == 0 && clean.errors.isEmpty, "\(clean.errors)")
                let left = try await Leftovers.left(by: sandbox, since: before, runs: [killed])
                #expect(left.isEmpty, "left after\n\(clean.output)\nis\n\(left)")
                let again = try await Invocation.run([Machine.benchrun, "clean"], in: sandbox)
                #expect(again.output.contains("nothing to remove"), "\(again.output)")
            }
        }

        private static func program(_ process: Int32) -> String {
            let text = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
            return (text ?? "").trimmingCharacters(in: .newlines)
        }
    }
}
