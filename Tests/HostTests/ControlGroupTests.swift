import BenchrunModel
import Glibc
import Testing

@testable import Host

@Suite("control groups", .timeLimit(.minutes(1)))
struct ControlGroupTests {
    private let limits = Limits(cpus: [1, 3], housekeepingCPUs: [0], cpuQuota: 50, memory: 512 << 20)

    @Test func limitsInVersion1() async throws {
        try await withTemporaryDirectory { root in
            let fake = FakeControlGroups(root: root)
            let group = ControlGroup("/benchrun/run/native-1/", layout: try fake.layout(v1: true, v2: false))
            try group.create(limits: limits)
            #expect(group.path == "benchrun/run/native-1")
            #expect(fake.value("cpuset/benchrun/cpuset.cpus") == "0-3")
            #expect(fake.value("cpuset/benchrun/run/cpuset.mems") == "0")
            #expect(fake.value("cpuset/benchrun/run/native-1/cpuset.cpus") == "1,3")
            #expect(fake.value("cpu/benchrun/run/native-1/cpu.cfs_quota_us") == "100000")
            #expect(fake.value("cpu/benchrun/run/cpu.cfs_quota_us") == "-1")
            #expect(fake.value("memory/benchrun/run/native-1/memory.limit_in_bytes") == "536870912")
            #expect(fake.value("memory/benchrun/run/native-1/memory.memsw.limit_in_bytes") == "536870912")
            #expect(fake.value("pids/benchrun/cgroup.procs") == nil)
            #expect(
                group.joinFiles
                    == ["cpu", "cpuacct", "cpuset", "memory", "freezer"].map {
                        "\(root)/\($0)/benchrun/run/native-1/cgroup.procs"
                    }
            )
            #expect(
                group.enforced() == ["cpus": "1,3", "cpu.quota": "100", "memory.limit": "536870912"]
            )
            #expect(group.peakMemory() == 4096)
            group.resetPeakMemory()
            #expect(group.peakMemory() == 0)
            #expect(group.cpuUsage() == 1_234_567)
        }
    }

    @Test func limitsInVersion2() async throws {
        try await withTemporaryDirectory { root in
            let fake = FakeControlGroups(root: root)
            let group = ControlGroup("benchrun/run/native-1", layout: try fake.layout(v1: false, v2: true))
            try group.create(limits: limits)
            for parent in ["", "/benchrun", "/benchrun/run"] {
                #expect(fake.value("unified\(parent)/cgroup.subtree_control") == "+cpuset +cpu +memory")
            }
            let own = "unified/benchrun/run/native-1"
            // A group that holds processes must not pass controllers on.
            #expect(fake.value(own + "/cgroup.subtree_control") == "")
            #expect(fake.value(own + "/cpuset.cpus") == "1,3")
            #expect(fake.value(own + "/cpu.max") == "100000 100000")
            #expect(fake.value(own + "/memory.max") == "536870912")
            #expect(fake.value(own + "/memory.swap.max") == "0")
            #expect(group.joinFiles == ["\(root)/\(own)/cgroup.procs"])
            #expect(group.enforced() == ["cpus": "0-3", "cpu.quota": "100", "memory.limit": "536870912"])
            #expect(group.peakMemory() == 8192)
            #expect(group.cpuUsage() == 77000)
        }
    }

    @Test func withoutLimitsNoControllers() async throws {
        try await withTemporaryDirectory { root in
            let fake = FakeControlGroups(root: root)
            let group = ControlGroup("benchrun/run", layout: try fake.layout(v1: false, v2: true))
            try group.create(limits: nil)
            try group.create(limits: nil)
            #expect(fake.value("unified/cgroup.subtree_control") == "")
            #expect(group.enforced() == ["cpus": "0-3", "cpu.quota": "none"])
            #expect(group.exists)
        }
    }

    @Test func bothVersionsAtOnce() async throws {
        try await withTemporaryDirectory { root in
            let fake = FakeControlGroups(root: root)
            let group = ControlGroup("benchrun/run/x", layout: try fake.layout(v1: true, v2: true))
            try group.create(limits: limits)
            #expect(group.joinFiles.last == "\(root)/unified/benchrun/run/x/cgroup.procs")
            #expect(fake.value("unified/benchrun/cgroup.subtree_control") == "")
            #expect(fake.value("unified/benchrun/run/x/cpu.max") == "max 100000")
            #expect(group.enforced()["cpus"] == "1,3")
            try write("FROZEN\n", to: "\(root)/freezer/benchrun/run/x/freezer.state")
            try group.freeze()
            try group.thaw()
            #expect(fake.value("freezer/benchrun/run/x/freezer.state") == "THAWED")
            #expect(fake.value("unified/benchrun/run/x/cgroup.freeze") == "0")
        }
    }

    @Test func freezingInVersion2() async throws {
        try await withTemporaryDirectory { root in
            let fake = FakeControlGroups(root: root)
            let group = ControlGroup("benchrun/run/x", layout: try fake.layout(v1: false, v2: true))
            try group.create(limits: nil)
            try group.freeze()
            #expect(fake.value("unified/benchrun/run/x/cgroup.freeze") == "1")
            try group.thaw()
            #expect(fake.value("unified/benchrun/run/x/cgroup.freeze") == "0")
        }
    }

    @Test func removingTakesAllHierarchiesAndTheEmptyTop() async throws {
        try await withTemporaryDirectory { root in
            let fake = FakeControlGroups(root: root)
            let layout = try fake.layout(v1: true, v2: true)
            let (one, two) = (
                ControlGroup("benchrun/one", layout: layout), ControlGroup("benchrun/two", layout: layout)
            )
            try ControlGroup("benchrun/one/a/b", layout: layout).create(limits: limits)
            try two.create(limits: nil)
            // As an engine leaves it, in a hierarchy we never made groups in.
            _ = layout.makeDirectory(root + "/pids/benchrun")
            _ = layout.makeDirectory(root + "/pids/benchrun/one")
            #expect(
                ControlGroup.all(below: "benchrun", layout: layout).map(\.path)
                    == ["benchrun/one", "benchrun/one/a", "benchrun/one/a/b", "benchrun/two"]
            )
            try await one.remove()
            try await one.remove()
            #expect(!one.exists && two.exists)
            #expect(!KernelFile.exists(root + "/pids/benchrun"))
            try await two.remove()
            #expect(ControlGroup.all(below: "", layout: layout).isEmpty)
        }
    }

    @Test func membersAreCountedOnce() async throws {
        try await withTemporaryDirectory { root in
            let fake = FakeControlGroups(root: root)
            let layout = try fake.layout(v1: true, v2: false)
            let group = ControlGroup("benchrun/run", layout: layout)
            try ControlGroup("benchrun/run/a", layout: layout).create(limits: nil)
            try write("12\n7\n", to: root + "/cpu/benchrun/run/cgroup.procs")
            try write("12\n0\n900\n", to: root + "/memory/benchrun/run/a/cgroup.procs")
            #expect(group.processes() == [7, 12, 900])
        }
    }

    @Test func aMissingControllerIsTold() async throws {
        try await withTemporaryDirectory { root in
            let fake = FakeControlGroups(root: root)
            let layout = try fake.layout(v1: false, v2: true)
            #expect(throws: Never.self) { try ControlGroup.isAvailable(layout: layout).get() }
            #expect(ControlGroup.all(below: "", layout: layout).isEmpty)
            try write("cpu pids\n", to: root + "/unified/cgroup.controllers")
            let error = try #require(throws: HostError.self) { try ControlGroup.isAvailable(layout: layout).get() }
            #expect(error.detail == "without the controllers cpuset, memory")
            let none = ControlGroupLayout(hierarchies: [])
            #expect(throws: HostError.self) { try ControlGroup.isAvailable(layout: none).get() }
            #expect(throws: HostError.self) { try ControlGroup("x", layout: none).create(limits: nil) }
        }
    }

    @Test(arguments: ["", "/", "benchrun/../..", "./x"])
    func aPathThatLeavesTheTreeIsRefused(path: String) async throws {
        try await withTemporaryDirectory { root in
            let layout = try FakeControlGroups(root: root).layout(v1: true, v2: true)
            let group = ControlGroup(path, layout: layout)
            #expect(throws: HostError.self) { try group.create(limits: nil) }
            #expect(throws: HostError.self) { try group.freeze() }
            await #expect(throws: HostError.self) { try await group.remove() }
            let child = try await ChildProcess.start(["sleep", "60"])
            try write("\(child.pid)\n", to: root + "/cpu/cgroup.procs")
            await group.kill()
            #expect(child.isRunning)
            await child.stop(grace: .seconds(5))
        }
    }

    @Test func killingEndsMembersAndGroupsBelow() async throws {
        try await withTemporaryDirectory { root in
            let layout = try FakeControlGroups(root: root).layout(v1: true, v2: true)
            let group = ControlGroup("benchrun/run", layout: layout)
            try ControlGroup("benchrun/run/a", layout: layout).create(limits: nil)
            let child = try await ChildProcess.start(["sleep", "60"])
            let procs = root + "/memory/benchrun/run/a/cgroup.procs"
            try write("\(child.pid)\n", to: procs)
            try write("\(getpid())\n", to: root + "/cpu/benchrun/run/cgroup.procs")
            Task.detached {
                // What the kernel does when a member has ended.
                _ = await child.waitForExit()
                try write("", to: procs)
            }
            await group.kill()
            #expect(await child.waitForExit() == 137)
            #expect(group.processes() == [getpid()])
        }
    }

    @Test func quotas() {
        #expect(ControlGroup.quota(of: limits)?.quota == 100_000)
        #expect(ControlGroup.quota(of: limits)?.period == 100_000)
        #expect(ControlGroup.quota(of: Limits(cpus: [1], housekeepingCPUs: [], cpuQuota: 0, memory: 0)) == nil)
    }
}
