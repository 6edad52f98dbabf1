import BenchrunModel
import Host
import Testing

@testable import ProcessDrivers

@Suite("where containers are")
struct ProcessCgroupTests {
    private let id = "2467494a99af38aef10f8e9630d2013d8a272923cca7f8812d0ebbe29e256b1e"

    /// Debian 12's docker with the cgroupfs driver on a host with both versions.
    @Test func hybrid() {
        let text = """
            9:name=systemd:/benchrun/20261123-1/\(id)
            8:pids:/benchrun/20261123-1/\(id)
            6:freezer:/benchrun/20261123-1/\(id)
            4:memory:/benchrun/20261123-1/\(id)
            3:cpuset:/benchrun/20261123-1/\(id)
            1:cpu:/benchrun/20261123-1/\(id)
            0::/
            """
        #expect(ContainerCgroup.path(text, id: id) == "benchrun/20261123-1/\(id)")
    }

    @Test func firstVersionWithJoinedControllers() {
        let text = """
            11:cpu,cpuacct:/benchrun/20261123-1/libpod-\(id)
            5:memory:/benchrun/20261123-1/libpod-\(id)
            1:name=systemd:/
            """
        #expect(ContainerCgroup.path(text, id: id) == "benchrun/20261123-1/libpod-\(id)")
    }

    @Test func secondVersion() {
        let slice = "benchrun.slice/benchrun-20261123_1.slice"
        #expect(ContainerCgroup.path("0::/\(slice)/docker-\(id).scope\n", id: id) == "\(slice)/docker-\(id).scope")
        // crun's inner group; the limits are on the outer one.
        let inner = "0::/\(slice)/libpod-\(id).scope/container"
        #expect(ContainerCgroup.path(inner, id: id) == "\(slice)/libpod-\(id).scope")
    }

    @Test func anotherProcess() {
        #expect(ContainerCgroup.path("0::/user.slice/user-1000.slice/session-1.scope", id: id) == nil)
        #expect(ContainerCgroup.path("4:memory:/\n0::/", id: id) == nil)
        #expect(ContainerCgroup.path("", id: id) == nil)
        #expect(ContainerCgroup.path("0::/benchrun/x", id: "") == nil)
        #expect(ContainerCgroup.find(process: 0, id: id) == nil)
    }

    @Test func parents() throws {
        let run = try ProcessFixtures.run("20261123-224501-7f3a")
        #expect(EngineConnection.slice(run) == "benchrun-20261123_224501_7f3a.slice")
    }

    private static let first = "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n"
    private static let second = "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
    private static let other = "23 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"

    @Test(arguments: [
        (other + first, "", CgroupArrangement.v1), (other + second, "cpu memory", .v2),
        (other + first + second, "hugetlb\n", .hybrid(controllersOnV2: true)),
        (other + first + second, "\n", .hybrid(controllersOnV2: false)), ("broken line\n", "", .v1),
    ])
    func arrangement(_ mounts: String, _ controllers: String, _ expected: CgroupArrangement) {
        let read = CgroupArrangement.read(mounts: mounts) { mountPoint in
            mountPoint.hasPrefix("/sys/fs/cgroup") ? controllers : "unexpected"
        }
        #expect(read == expected)
    }

    /// A label is the daemon's word, and whoever may use the daemon can write one.
    @Test func scratchOfAContainer() throws {
        let run = try ProcessFixtures.run()
        func path(_ label: String, _ instance: String) -> String? {
            ScratchDirectory.ofContainer(labelled: label, instance: instance, run: run)?.path
        }
        let name = "benchrun-20261123-1-3-docker-0"
        let parent = "/data/benchrun-20261123-1-docker"
        #expect(path("\(parent)/\(name)", name) == "\(parent)/\(name)")
        #expect(path("/etc", "etc") == nil)
        #expect(path("/etc", name) == nil)
        #expect(path("\(parent)/\(name)/..", name) == nil)
        #expect(path("/home/\(name)", name) == nil)
        #expect(path("\(parent)/../benchrun-20261123-1-x/\(name)", name) == nil)
        #expect(path("/data/benchrun-20261123-2-docker/\(name)", name) == nil)
        #expect(path("", "") == nil)
    }
}
