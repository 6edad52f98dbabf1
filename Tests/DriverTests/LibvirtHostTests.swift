import BenchrunModel
import Foundation
import Testing

@testable import LibvirtDriver

@Suite("Where an emulator is")
struct LibvirtEmulatorTests {
    @Test func versionOne() {
        let groups = """
            4:memory:/benchrun/r/libvirt/machine/qemu-1-benchrun-r-1.libvirt-qemu
            1:cpu,cpuacct:/benchrun/r/libvirt/machine/qemu-1-benchrun-r-1.libvirt-qemu/emulator
            0::/
            """
        #expect(EmulatorProcess.group(groups) == "benchrun/r/libvirt/machine/qemu-1-benchrun-r-1.libvirt-qemu")
    }

    @Test func versionTwo() {
        #expect(
            EmulatorProcess.group("0::/machine.slice/machine-qemu\\x2d1\\x2dx.scope/libvirt/emulator\n")
                == "machine.slice/machine-qemu\\x2d1\\x2dx.scope"
        )
    }

    @Test(arguments: ["", "0::/\n", "0::/user.slice/session-1.scope\n", "nonsense"])
    func aGroupThatIsNotItsOwn(text: String) {
        #expect(EmulatorProcess.group(text) == nil)
    }

    @Test func noPidFile() {
        #expect(EmulatorProcess(of: "x", pidDirectory: "/nonexistent") == nil)
    }
}

@Suite("Answers of earlier probes")
struct LibvirtProbeCacheTests {
    @Test func keptByKey() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("benchrun-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let cache = KVMAnswerCache(directory: directory.path)
        #expect(cache.answer(for: "boot 1") == nil)
        cache.store(KVMAnswer(works: true, detail: "yes"), for: "boot 1")
        cache.store(KVMAnswer(works: false, detail: "no"), for: "boot 2")
        #expect(cache.answer(for: "boot 1")?.works == true)
        #expect(cache.answer(for: "boot 2")?.detail == "no")
        for number in 0..<200 { cache.store(KVMAnswer(works: true, detail: ""), for: "\(number)") }
        #expect(cache.answer(for: "199") != nil)
        try Data("{".utf8).write(to: directory.appendingPathComponent("kvm-probe.json"))
        #expect(cache.answer(for: "199") == nil)
    }
}

#if Libvirt
import Libvirt

@Suite("A private libvirtd")
struct LibvirtPrivateDaemonTests {
    @Test func hybridHierarchies() {
        let mounts = """
            31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw
            32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
            37 31 0:34 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer
            41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
            """
        let joins = ["cpu,cpuacct", "memory", "freezer", "unified"].map {
            "/sys/fs/cgroup/\($0)/benchrun/r/libvirt/cgroup.procs"
        }
        let groups = PrivateLibvirtd.groupMounts(joinFiles: joins, of: "benchrun/r/libvirt", mounts: mounts)
        #expect(groups.unmounts == ["/sys/fs/cgroup/unified"])
        #expect(groups.binds.map(\.target) == ["/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/memory"])
        #expect(groups.binds.first?.source == "/sys/fs/cgroup/cpu,cpuacct/benchrun/r/libvirt")
    }

    @Test func unifiedHierarchy() {
        let groups = PrivateLibvirtd.groupMounts(
            joinFiles: ["/sys/fs/cgroup/benchrun/r/libvirt/cgroup.procs"],
            of: "benchrun/r/libvirt",
            mounts: "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw"
        )
        #expect(groups.unmounts.isEmpty)
        #expect(groups.binds.count == 1)
        #expect(groups.binds.first?.target == "/sys/fs/cgroup")
        #expect(groups.binds.first?.source == "/sys/fs/cgroup/benchrun/r/libvirt")
    }

    @Test func cpuSetsAsTheKernelWritesThem() {
        #expect(LibvirtInstance.ranges([3, 0, 1, 7, 8, 9]) == "0-1,3,7-9")
        #expect(LibvirtInstance.ranges([]) == "")
    }

    @Test func errorsBecomeTheDrivers() {
        let lost = LibvirtError(operation: "suspend", code: 38, domain: 7, message: "broken", isConnectionLost: true)
        #expect(DriverError(lost, during: "pause").isDaemonGone)
        #expect(DriverError(lost, during: "pause").description.hasPrefix("libvirt/pause: broken; run 'benchrun"))
        let own = DriverError(subject: "a", detail: "b")
        #expect(DriverError(own, during: "pause").subject == "a")
    }

    @Test func nothingHappensBeforeItIsAsked() async throws {
        let driver = LibvirtDriver(setup: Self.setup(try #require(RunID("test"))))
        await driver.shutdown()
        await driver.shutdown()
        let answer = await driver.probe(EnvironmentSpec(name: "vm", driver: "libvirt", options: ["cache": "x"]))
        guard case .unavailable(let reason, let nextStep) = answer else {
            Issue.record("an unknown option is no environment")
            return
        }
        #expect(reason == "cache 'x' is not known")
        #expect(nextStep.hasPrefix("use one of none"))
    }
}

extension LibvirtPrivateDaemonTests {
    private static func setup(_ run: RunID) -> DriverSetup {
        DriverSetup(
            run: run,
            controlGroup: "benchrun/test",
            stateDirectory: "/nonexistent",
            cacheDirectory: "/nonexistent",
            agentExecutable: "/nonexistent",
            housekeepingCPUs: [],
            ledger: NoLedger()
        )
    }
}

private struct NoLedger: ResourceLedger {
    func willCreate(kind: String, name: String, detail: [String: String]) async throws {}
    func didRemove(kind: String, name: String) async throws {}
}
#endif
