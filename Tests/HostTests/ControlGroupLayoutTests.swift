import Testing

@testable import Host

@Suite("control group layout")
struct ControlGroupLayoutTests {
    private func mount(_ path: String, _ type: String, _ options: String, root: String = "/") -> String {
        "32 31 0:29 \(root) \(path) rw,relatime shared:9 - \(type) none \(options)"
    }

    @Test func hybrid() {
        let mounts = [
            "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard",
            mount("/sys/fs/cgroup", "tmpfs", "rw,mode=755"),
            mount("/sys/fs/cgroup/cpu,cpuacct", "cgroup", "rw,cpu,cpuacct"),
            mount("/sys/fs/cgroup/cpuset", "cgroup", "rw,cpuset,clone_children"),
            mount("/sys/fs/cgroup/systemd", "cgroup", "rw,xattr,name=systemd"),
            mount("/sys/fs/cgroup/unified", "cgroup2", "rw,nsdelegate"),
            mount("/chroot/sys/fs/cgroup/cpuset", "cgroup", "rw,cpuset"),
        ]
        let layout = ControlGroupLayout(mounts: mounts.joined(separator: "\n"), ownGroups: "0::/\n") { _ in true }
        #expect(layout.hierarchies.map(\.base).count == 4)
        #expect(layout.hierarchy(of: "cpuacct")?.base == "/sys/fs/cgroup/cpu,cpuacct")
        #expect(layout.hierarchy(of: "cpuset")?.base == "/sys/fs/cgroup/cpuset")
        #expect(layout.limiting.count == 2)
        #expect(layout.unified?.base == "/sys/fs/cgroup/unified")
        #expect(!layout.isUnified)
    }

    @Test func version2AsRoot() {
        let layout = ControlGroupLayout(
            mounts: mount("/sys/fs/cgroup", "cgroup2", "rw"),
            ownGroups: "0::/user.slice/session-1.scope\n"
        ) { _ in true }
        #expect(layout.isUnified)
        #expect(layout.unified?.base == "/sys/fs/cgroup")
    }

    @Test func aDelegatedSubtreeIsTakenFromItsTop() {
        let own = "/user.slice/user-1000.slice/user@1000.service/app.slice/run-1.scope"
        let top = "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service"
        let layout = ControlGroupLayout(
            mounts: mount("/sys/fs/cgroup", "cgroup2", "rw"),
            ownGroups: "0::\(own)\n"
        ) { $0.hasPrefix(top) }
        #expect(layout.unified?.base == top)
        #expect(layout.unified?.isRoot == false)
    }

    @Test func withoutAnyRightTheRootIsNamed() {
        let layout = ControlGroupLayout(
            mounts: mount("/sys/fs/cgroup", "cgroup2", "rw"),
            ownGroups: "0::/a/b\n"
        ) { _ in false }
        #expect(layout.unified?.base == "/sys/fs/cgroup")
    }

    @Test func aContainersMountOfItsOwnGroup() {
        let layout = ControlGroupLayout(
            mounts: mount("/sys/fs/cgroup", "cgroup2", "rw", root: "/docker/x"),
            ownGroups: "0::/docker/x/y\n"
        ) { $0.hasPrefix("/sys/fs/cgroup/y") }
        #expect(layout.unified?.base == "/sys/fs/cgroup/y")
    }

    @Test func mountPoints() {
        let text = """
            1 2 0:1 / /a\\040b\\134c rw - tmpfs x rw,size=4k
            broken line
            3 2 0:1 /sub /m rw - ext4 /dev/sda rw
            4 2 0:1 / /m rw master:1 - tmpfs y ro

            """
        let mounts = MountPoint.parse(text)
        #expect(mounts.map(\.path) == ["/a b\\c", "/m"])
        #expect(mounts[1].type == "tmpfs")
        #expect(mounts[0].superOptions == ["rw", "size=4k"])
    }
}
