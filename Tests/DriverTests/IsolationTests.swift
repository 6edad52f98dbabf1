import BenchrunModel
import Foundation
import Testing

@testable import ProcessDrivers

/// What each tool is told; nothing is started.
@Suite("isolations without an engine")
struct IsolationTests {
    static let isolations: [any Isolation] = [
        OCIIsolation.runc, OCIIsolation.crun, LXCIsolation(), NspawnIsolation(), BubblewrapIsolation(),
    ]

    static func request(_ change: (inout IsolationRequest) -> Void = { _ in }) -> IsolationRequest {
        var request = IsolationRequest(
            name: "benchrun-20261123-1-3-x-0",
            executable: "/usr/bin/tool",
            folder: "/run/benchrun/20261123-1/benchrun-20261123-1-3-x-0",
            root: "/cache/images/a/root",
            scratch: "/data/benchrun-20261123-1-x/benchrun-20261123-1-3-x-0",
            agent: "/opt/benchrun-agent",
            limits: Limits(cpus: [1], housekeepingCPUs: [0], cpuQuota: 100, memory: 536_870_912),
            resources: ResourceLimits(values: [("nofile", 1024, 20000), ("memlock", 8_388_608, nil)]),
            group: "benchrun/20261123-1/x/benchrun-20261123-1-3-x-0",
            sparedGroup: "benchrun/20261123-1/x/spared",
            command: ["/.benchrun-agent", "serve", "--stdio"],
            cgroups: .hybrid(controllersOnV2: true),
            unifiedMounts: ["/sys/fs/cgroup/unified"]
        )
        change(&request)
        return request
    }

    /// Places that every instance has, whatever it is told by.
    @Test(arguments: isolations.map(\.name))
    func everyPlaceIsNamed(_ name: String) throws {
        let isolation = try #require(Self.isolations.first { $0.name == name })
        let request = Self.request()
        let start = try isolation.start(request)
        let text = (start.arguments + start.files.values).joined(separator: "\n")
        for place in [request.scratch, request.agent, "tmp", "var/tmp", "scratch", ".benchrun-agent", "benchrun"] {
            #expect(text.contains(place), "\(place)")
        }
        #expect(text.contains(request.root) || start.boundRoot != nil)
        #expect(start.arguments[0] == request.executable)
        let isInFile = ["runc", "crun"].contains(name)
        #expect(isInFile || Array(start.arguments.suffix(3)) == request.command)
    }

    @Test func bundles() throws {
        let config = OCIBundle.config(Self.request(), runtime: "runc")
        #expect(config.root == OCIConfig.Root(path: "/cache/images/a/root", readonly: true))
        #expect(config.process.args == ["/.benchrun-agent", "serve", "--stdio"])
        #expect(config.process.env.contains("container=runc"))
        #expect(config.linux.cgroupsPath == "/benchrun/20261123-1/x/benchrun-20261123-1-3-x-0")
        #expect(config.linux.namespaces.map(\.type) == ["pid", "network", "ipc", "uts", "mount"])
        let own = OCIBundle.config(Self.request { $0.cgroups = .v2 }, runtime: "runc")
        #expect(own.linux.namespaces.map(\.type).last == "cgroup")
        let mounts = Dictionary(uniqueKeysWithValues: config.mounts.map { ($0.destination, $0) })
        #expect(mounts["/dev/shm"]?.options?.contains("size=536870912") == true)
        #expect(mounts["/tmp"]?.options == ["rw", "exec", "nosuid", "nodev", "mode=1777"])
        #expect(mounts["/run"]?.options?.last == "mode=755")
        #expect(mounts["/.benchrun-agent"]?.options == ["bind", "ro"])
        #expect(mounts["/scratch"]?.source == "/data/benchrun-20261123-1-x/benchrun-20261123-1-3-x-0")
    }

    /// Whatever a path holds, the file says that path.
    @Test func bundlesAreEscaped() throws {
        let strange = "/data/\"quoted\" \\ and\nnew"
        let text = try OCIBundle.text(OCIBundle.config(Self.request { $0.scratch = strange }, runtime: "crun"))
        let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let mounts = try #require(root["mounts"] as? [[String: Any]])
        #expect(mounts.contains { $0["source"] as? String == strange })
        let linux = try #require(root["linux"] as? [String: Any])
        #expect(linux["cgroupsPath"] as? String == "/benchrun/20261123-1/x/benchrun-20261123-1-3-x-0")
    }

    @Test func onlyCrunIsKeptFromHybridGroups() throws {
        #expect(try OCIIsolation.crun.start(Self.request()).hidden == ["/sys/fs/cgroup/unified"])
        #expect(try OCIIsolation.runc.start(Self.request()).hidden == [])
        for cgroups in [CgroupArrangement.v1, .v2, .hybrid(controllersOnV2: false)] {
            #expect(try OCIIsolation.crun.start(Self.request { $0.cgroups = cgroups }).hidden == [])
        }
        let arguments = try OCIIsolation.runc.start(Self.request()).arguments
        #expect(arguments.contains("run") && arguments.last == "benchrun-20261123-1-3-x-0")
    }

    @Test func containersOfLXC() throws {
        let settings = LXCIsolation.settings(Self.request())
        func values(_ key: String) -> [String] { settings.filter { $0.key == key }.map(\.value) }
        #expect(values("lxc.rootfs.path") == ["dir:/cache/images/a/root"])
        #expect(values("lxc.rootfs.options") == ["ro"])
        #expect(values("lxc.cgroup.dir.container") == ["benchrun/20261123-1/x/benchrun-20261123-1-3-x-0/payload"])
        #expect(values("lxc.cgroup.dir.monitor.pivot") == ["benchrun/20261123-1/x/spared"])
        #expect(
            values("lxc.mount.entry").first == "tmpfs tmp tmpfs rw,exec,nosuid,nodev,mode=1777 0 0"
        )
        #expect(values("lxc.mount.entry").last == "/opt/benchrun-agent .benchrun-agent none bind,ro 0 0")
        let start = try LXCIsolation().start(Self.request())
        #expect(start.covered == ["/run/lxc"])
        #expect(start.files["lxc.conf"]?.contains("lxc.net.0.type = empty\nlxc.net.0.flags = up\n") == true)
    }

    @Test func containersOfNspawn() throws {
        let start = try NspawnIsolation().start(Self.request())
        for argument in [
            "--register=no", "--keep-unit", "--settings=no", "--pipe", "--private-network", "--kill-signal=SIGTERM",
            "--directory=/run/benchrun/20261123-1/benchrun-20261123-1-3-x-0/root", "--setenv=container=nspawn",
            "--rlimit=RLIMIT_NOFILE=1024:20000", "--rlimit=RLIMIT_MEMLOCK=8388608:infinity",
            "--bind=/data/benchrun-20261123-1-x/benchrun-20261123-1-3-x-0:/scratch",
        ] {
            #expect(start.arguments.contains(argument), "\(argument)")
        }
        #expect(!start.arguments.contains { $0.hasPrefix("--tmpfs=/run") })
        #expect(start.boundRoot == "root" && start.covered == ["/run/systemd/nspawn"])
    }

    @Test func sandboxesOfBubblewrap() throws {
        let arguments = try BubblewrapIsolation().start(Self.request()).arguments
        let text = arguments.joined(separator: " ")
        #expect(text.contains("--ro-bind /cache/images/a/root / "))
        #expect(text.contains("--perms 1777 --tmpfs /tmp --perms 0755 --tmpfs /run --perms 1777 --tmpfs /var/tmp"))
        #expect(text.contains("--die-with-parent") && text.contains("--unshare-net"))
        #expect(text.contains("--setenv container bubblewrap"))
    }

    /// A path that would be read as something else is refused by name, not passed on.
    @Test func pathsThatToolsMisreadAreRefused() throws {
        let blank = Self.request { $0.scratch = "/data/my files" }
        let colon = Self.request { $0.scratch = "/data/a:b" }
        #expect(throws: OptionError.self) { try LXCIsolation().start(blank) }
        #expect(throws: OptionError.self) { try NspawnIsolation().start(colon) }
        #expect { try LXCIsolation().start(Self.request { $0.root = "/a\nlxc.hook.start = /evil" }) } throws: { error in
            (error as? OptionError)?.nextStep.contains("--scratch") == true
        }
        // These take them as they are.
        #expect(try NspawnIsolation().start(blank).arguments.contains("--bind=/data/my files:/scratch"))
        #expect(try BubblewrapIsolation().start(colon).arguments.contains("/data/a:b"))
    }

    @Test func mountedGroups() {
        let mounts = """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:7 - cgroup2 cgroup2 rw
            """
        #expect(MountedGroups.unified(mounts) == ["/sys/fs/cgroup/unified"])
    }
}
