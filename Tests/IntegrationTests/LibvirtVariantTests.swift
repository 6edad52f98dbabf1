import BenchrunModel
import Foundation
import Results
import Testing

extension IntegrationTests {
    /// Each variant boots, does durable writes, and is what its file says.
    @Suite struct LibvirtVariantTests {
        @Test(.timeLimit(.minutes(16)))
        func machinesAndCPUs() async throws {
            let names = ["pc", "cpu-qemu64", "cpu-host-model", "1cpu", "hugepages"].map { "libvirt-tcg-\($0)" }
            try await VariantRun.expectAll(names) { run in
                #expect(try run.record("libvirt-tcg-pc").driverFacts["machine"]?.hasPrefix("pc-i440fx") == true)
                let most = try run.record("libvirt-tcg-1cpu")
                #expect(most.driverFacts["machine"]?.hasPrefix("pc-q35") == true)
                let least = try run.record("libvirt-tcg-cpu-qemu64").attested
                #expect(least[FactKey.cpuModel]?.contains("QEMU Virtual CPU") == true, "\(least)")
                let flags = [least, most.attested].map { Set(($0[FactKey.cpuFlags] ?? "").split(separator: " ")) }
                #expect(flags[0].count < flags[1].count && !flags[0].contains("avx2"))
                let model = try run.record("libvirt-tcg-cpu-host-model")
                #expect(model.driverFacts["cpu.mode"] == "host-model")
                #expect(model.attested[FactKey.cpuModel] != most.attested[FactKey.cpuModel], "\(model.attested)")
            }
        }

        @Test(.timeLimit(.minutes(16)))
        func cachesAndInputOutput() async throws {
            let names = ["cache-writeback", "cache-unsafe", "io-threads", "io-uring"].map { "libvirt-tcg-\($0)" }
            try await VariantRun.expectAll(names) { run in
                try expect(run, "cache-writeback", cache: "writeback", io: "threads", direct: "no")
                try expect(run, "cache-unsafe", cache: "unsafe", io: "threads", direct: "no")
                try expect(run, "io-threads", cache: "none", io: "threads", direct: "yes")
                try expect(run, "io-uring", cache: "none", io: "io_uring", direct: "yes")
            }
        }

        @Test(.timeLimit(.minutes(16)))
        func disksAndNetworks() async throws {
            let names = ["qcow2", "scsi", "virtiofs", "net-user", "net-bridge"].map { "libvirt-tcg-\($0)" }
            try await VariantRun.expectAll(names) { run in
                try expect(run, "qcow2", cache: "none", io: "native", direct: "yes")
                try expect(run, "scsi", cache: "none", io: "native", direct: "yes")
                let native = try run.record("native").attested[FactKey.scratchType]
                for name in ["libvirt-tcg-qcow2", "libvirt-tcg-scsi"] where native?.hasPrefix("ext") == true {
                    #expect(try run.record(name).attested[FactKey.scratchType] == native, "\(name)")
                }
                for (name, address) in [("user", "10.0.2.15/24"), ("bridge", "10.77.0.")] {
                    let line = try run.record("libvirt-tcg-net-\(name)").attested[FactKey.kernelCommandLine]
                    #expect(line?.contains("benchrun.address=\(address)") == true, "\(line ?? "")")
                }
                let shared = try run.record("libvirt-tcg-virtiofs")
                guard shared.unavailable == nil else { return }
                #expect(shared.attested[FactKey.scratchType] == "virtiofs", "\(shared.attested)")
                #expect(shared.driverFacts[FactKey.diskCache] == nil && shared.enforced[FactKey.diskDirect] == nil)
            }
        }

        private func expect(_ run: VariantRun, _ name: String, cache: String, io: String, direct: String) throws {
            let record = try run.record("libvirt-tcg-\(name)")
            guard record.unavailable == nil else { return }
            #expect(record.driverFacts[FactKey.diskCache] == cache, "\(name)")
            #expect(record.driverFacts["disk.io"] == io, "\(name)")
            #expect(record.enforced[FactKey.diskDirect] == direct, "\(name): \(record.enforced)")
        }

        @Test(.timeLimit(.minutes(16)))
        func whatASessionCannotLimitIsSaid() async throws {
            try await VariantRun.expectAll(["libvirt-session-tcg"]) { run in
                #expect(try run.record("libvirt-session-tcg").driverFacts["connection"] == "session")
                let page = try String(
                    contentsOfFile: run.sandbox.store.plotsFolder(of: run.manifest.run) + "/report.md",
                    encoding: .utf8
                )
                #expect(page.contains("libvirt-session-tcg differs from native in the CPU quota"), "\(page)")
            }
        }

        /// At less than whole CPUs the pinning would not hold it.
        @Test func aSessionIsRefusedWhereItsLimitsWouldNotHold() async throws {
            try await Sandbox.within { sandbox in
                let run = try await VariantRun.make(
                    in: sandbox,
                    environments: ["native", "libvirt-session-tcg"],
                    more: "cpu-quota: 50 %"
                )
                // The run goes on with the others.
                #expect([0, 4].contains(run.invocation.status), "\(run.invocation.errors)")
                run.expectMeasured("native")
                let record = try run.record("libvirt-session-tcg")
                #expect(record.unavailable?.reason.contains("cannot limit a guest to 50 % of a CPU") == true)
                #expect(!run.samples.contains { $0.environment == "libvirt-session-tcg" && $0.value != nil })
                #expect(run.leftovers.isEmpty, "\(run.leftovers)")
            }
        }
    }
}
