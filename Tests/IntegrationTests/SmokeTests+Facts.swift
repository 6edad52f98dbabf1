import BenchrunModel
import Foundation
import Host
import Results
import Testing

/// What each instance attested from inside, and what the host enforced.
extension IntegrationTests.SmokeTests {
    private func record(_ environment: String) throws -> EnvironmentRecord {
        try #require(try run.manifest.environments.first { $0.spec.name == environment })
    }

    /// Shares the host's kernel: no virtual machine.
    static let processes = ["native", "docker", "podman"]

    @Test(arguments: environments)
    func limitsAreEnforced(on environment: String) throws {
        let manifest = try run.manifest
        let enforced = try record(environment).enforced
        #expect(manifest.limits.memory == 1 << 30)
        #expect(enforced[FactKey.memoryLimit] == "\(manifest.limits.memory)", "\(enforced)")
        #expect(enforced[FactKey.cpuQuota] == "\(manifest.limits.cpuQuota)", "\(enforced)")
        let cpus = manifest.limits.cpus.map(String.init).joined(separator: ",")
        #expect(enforced[FactKey.cpus] == cpus, "\(enforced)")
    }

    @Test(arguments: environments)
    func instancesSeeTheirLimits(in environment: String) throws {
        let manifest = try run.manifest
        let inside = try record(environment).attested
        if Self.processes.contains(environment) {
            #expect(inside[FactKey.cpus] == manifest.limits.cpus.map(String.init).joined(separator: ","))
        } else {
            // A guest counts its own CPUs, and its kernel keeps some of the memory.
            let memory = try #require(inside[FactKey.memoryLimit].flatMap(Double.init))
            #expect(inside[FactKey.cpus] == "0")
            #expect((0.9...1.0).contains(memory / Double(manifest.limits.memory)), "\(memory)")
        }
        // An engine shows its container the group's limits; a chroot has no view of them.
        if ["docker", "podman"].contains(environment) {
            #expect(inside[FactKey.memoryLimit] == "\(manifest.limits.memory)")
            #expect(inside[FactKey.cpuQuota] == "\(manifest.limits.cpuQuota)")
        }
        #expect(inside[FactKey.umask] == "0022")
        #expect(inside[FactKey.rootOptions]?.split(separator: ",").contains("ro") == true, "\(inside)")
    }

    @Test func kernelsAreToldApart() throws {
        let host = try #require(try run.manifest.host[FactKey.kernel])
        #expect(host == (try String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)).trimmingWhitespace)
        for environment in Self.processes {
            let inside = try record(environment).attested
            #expect(inside[FactKey.kernel] == host)
            #expect(inside[FactKey.bootID] == (try run.manifest.host[FactKey.bootID]))
        }
        let guest = try record("libvirt-tcg").attested
        #expect(guest[FactKey.kernel] != nil && guest[FactKey.kernel] != host)
        #expect(guest[FactKey.bootID] != (try run.manifest.host[FactKey.bootID]))
    }

    @Test func factsAreReadFromOutsideToo() throws {
        for environment in Self.processes {
            let record = try record(environment)
            for fact in [FactKey.seccomp, FactKey.capabilities, FactKey.memoryNodes] {
                #expect(record.enforced[fact] != nil && record.enforced[fact] == record.attested[fact], "\(record)")
            }
        }
        let guest = try record("libvirt-tcg").enforced
        let housekeeping = try run.manifest.limits.housekeepingCPUs.map(String.init).joined(separator: ",")
        #expect(guest[FactKey.emulatorCPUs] == housekeeping, "\(guest)")
        #expect(guest[FactKey.diskDirect] == "yes", "\(guest)")
    }

    @Test func toolsAreTheImagesEverywhere() throws {
        let conditions = try #require(try run.manifest.conditions)
        #expect(conditions.packageList?.hasPrefix("sha256:") == true)
        for environment in Self.environments {
            #expect(try record(environment).attested[FactKey.packageList] == conditions.packageList)
        }
        #expect(conditions.tools["sysbench-cpu"]?["sysbench"] == (try run.manifest.image.packages["sysbench"]))
    }

    @Test func everyGuardHasItsLine() throws {
        let text = try run.text("report.md")
        for line in [
            "| 3 | seccomp and speculation controls | holds |", "| 4 | page cache | holds |",
            "| 5 | CPUs, memory nodes and SMT siblings |", "| 6 | CPU frequency |",
            "| 7 | address space randomization | holds |", "| 8 | transparent huge pages and mitigations | holds |",
        ] {
            #expect(text.contains(line), "\(line)")
        }
        #expect(try run.text("report.html").contains("address space randomization"))
    }

    @Test func isolationIsAttested() throws {
        let seccomp = try Self.environments.map { try record($0).attested[FactKey.seccomp] }
        #expect(seccomp == ["disabled", "filter", "filter", "disabled"])
        let kinds = try Self.environments.map { try record($0).attested[FactKey.virtualization] }
        #expect(kinds == ["none", "docker", "podman", "tcg"])
    }

    @Test func scratchIsTheSameFileSystemEverywhere() throws {
        let types = try Self.environments.map { try record($0).attested[FactKey.scratchType] }
        #expect(types[0] != nil && Set(types).count == 1, "\(types)")
        let options = try Self.processes.map { try record($0).attested[FactKey.scratchOptions] }
        #expect(options[0]?.hasPrefix("rw") == true && Set(options).count == 1, "\(options)")
        #expect(try record("libvirt-tcg").attested[FactKey.scratchOptions]?.hasPrefix("rw") == true)
    }

    @Test func emulationIsCalledTCG() throws {
        let record = try record("libvirt-tcg")
        #expect(record.driverFacts["accelerator"] == "tcg")
        #expect(record.attested[FactKey.hypervisor] == "tcg")
        #expect(record.attested[FactKey.cpuModel]?.contains("TCG") == true)
        for file in ["report.md", "report.html"] { #expect(try run.text(file).contains("libvirt-tcg")) }
        #expect(run.invocation.output.contains("libvirt-tcg"))
        // Wherever a figure is named by its environment, the name says how it was made.
        for file in Self.plots.flatMap({ ["\($0).svg", "\($0).dat"] }) {
            let text = try run.text(file)
            let names = Set(text.matches(of: #/libvirt[a-z-]*/#).map { String($0.output) })
            #expect(names == ["libvirt-tcg"], "\(file)")
            #expect(!text.contains(#/\bVM\b/#), "\(file)")
        }
    }

    @Test func imageIsTheOneInTheCache() async throws {
        let manifest = try run.manifest
        let list = try await Invocation.run(
            [Machine.benchrun, "image", "build", "--suite", "smoke", "--json", "--quiet"],
            in: run.sandbox
        )
        let image = try JSONDecoder().decode(BuiltImage.self, from: Data(list.output.utf8))
        #expect(image.digest == manifest.imageDigest)
        let sum = try await HostCommand(["sha256sum", image.archive]).check()
        #expect("sha256:" + sum.output.prefix(64) == manifest.imageDigest)
        #expect(manifest.image.recipe == "debian")
        for package in ["sysbench", "fio"] { #expect(manifest.image.packages[package] != nil) }
        // Every row of the report is about that image and its list of packages: it names no other.
        let packages = try #require(manifest.conditions?.packageList)
        for text in [try run.text("report.md"), try run.text("report.html")] {
            let digests = Set(text.matches(of: /sha256:[0-9a-f]{12,64}/).map { String($0.output) })
            #expect(digests.contains { manifest.imageDigest.hasPrefix($0) }, "\(digests)")
            let known = digests.filter { manifest.imageDigest.hasPrefix($0) || packages.hasPrefix($0) }
            #expect(known == digests, "\(digests)")
        }
    }

    private struct BuiltImage: Decodable {
        var digest: String
        var archive: String
    }
}

extension String {
    fileprivate var trimmingWhitespace: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
