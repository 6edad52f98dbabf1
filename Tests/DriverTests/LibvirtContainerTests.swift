import BenchrunModel
import Foundation
import Host
import Testing

@testable import LibvirtDriver

@Suite("libvirt's containers")
struct LibvirtContainerTests {
    private func plan(scratch: String = "/s/x", swap: Bool = true, quota: Int = 50) -> ContainerPlan {
        ContainerPlan(
            name: "benchrun-r-1-libvirt-lxc-0",
            run: "r",
            limits: Limits(cpus: [2, 3], housekeepingCPUs: [0], cpuQuota: quota, memory: 1 << 29),
            limitsSwap: swap,
            root: "/r/root",
            agent: "/bin/agent",
            scratch: scratch,
            memoryFileSystem: 64 << 20
        )
    }

    @Test func golden() throws {
        #expect(
            try plan().xml() == """
                <domain type="lxc">
                  <name>benchrun-r-1-libvirt-lxc-0</name>
                  <description>benchrun run r</description>
                  <memory unit="b">536870912</memory>
                  <memtune>
                    <swap_hard_limit unit="b">536870912</swap_hard_limit>
                  </memtune>
                  <vcpu placement="static" cpuset="2,3">2</vcpu>
                  <cputune>
                    <period>100000</period>
                    <quota>100000</quota>
                  </cputune>
                  <os>
                    <type>exe</type>
                    <init>/.benchrun-agent</init>
                    <initarg>serve</initarg>
                    <initarg>--descriptor</initarg>
                    <initarg>3</initarg>
                  </os>
                  <features>
                    <privnet />
                  </features>
                  <on_poweroff>destroy</on_poweroff>
                  <on_reboot>destroy</on_reboot>
                  <on_crash>destroy</on_crash>
                  <devices>
                    <filesystem type="mount">
                      <source dir="/r/root" />
                      <target dir="/" />
                      <readonly />
                    </filesystem>
                    <filesystem type="ram">
                      <source usage="64" units="MiB" />
                      <target dir="/tmp" />
                    </filesystem>
                    <filesystem type="ram">
                      <source usage="64" units="MiB" />
                      <target dir="/run" />
                    </filesystem>
                    <filesystem type="ram">
                      <source usage="64" units="MiB" />
                      <target dir="/var/tmp" />
                    </filesystem>
                    <filesystem type="ram">
                      <source usage="64" units="MiB" />
                      <target dir="/dev/shm" />
                    </filesystem>
                    <filesystem type="mount">
                      <source dir="/bin/agent" />
                      <target dir="/.benchrun-agent" />
                      <readonly />
                    </filesystem>
                    <filesystem type="mount">
                      <source dir="/s/x" />
                      <target dir="/scratch" />
                    </filesystem>
                    <console type="pty" />
                  </devices>
                </domain>
                """
        )
    }

    @Test func withoutLimitsThereIsNothingToTune() throws {
        let xml = try plan(swap: false, quota: 0).xml()
        #expect(!xml.contains("memtune") && !xml.contains("cputune"))
    }

    @Test func hostileNamesStayData() throws {
        let xml = try plan(scratch: #"/s/"/><source dir="/etc"#).xml()
        #expect(xml.components(separatedBy: "<source dir=").count == 4 && !xml.contains(#"<source dir="/etc"#))
        #expect(throws: DriverError.self) { try plan(scratch: "/s/\u{1B}").xml() }
    }

    @Test func groupsOfTheDaemonOrOfNobodyAreNotTheContainers() {
        let own = "4:memory:/benchrun/r/virt-lxc/machine/lxc-12-benchrun-r.libvirt-lxc\n"
        #expect(EmulatorProcess.group(own) == "benchrun/r/virt-lxc/machine/lxc-12-benchrun-r.libvirt-lxc")
        #expect(EmulatorProcess.group("4:memory:/benchrun/r/virt-lxc\n") == nil)
        #expect(EmulatorProcess.group("4:memory:/benchrun/r/libvirtd-session\n") == nil)
    }
}

#if Libvirt
import Host
import Libvirt

@Suite("Kinds of libvirt")
struct LibvirtKindTests {
    private static let mounts = """
        31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw
        32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
        35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
        36 31 0:33 / /sys/fs/cgroup/devices rw - cgroup cgroup rw,devices
        37 31 0:34 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer
        38 31 0:35 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio
        40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd
        41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
        """

    @Test func aDaemonForContainersSeesNoGroupsButTheRuns() {
        let joins = ["cpu,cpuacct", "memory", "freezer", "unified", "devices"].map {
            "/sys/fs/cgroup/\($0)/benchrun/r/virt-lxc/cgroup.procs"
        }
        let groups = PrivateLibvirtd.groupMounts(
            joinFiles: joins,
            of: "benchrun/r/virt-lxc",
            mounts: Self.mounts,
            .containers
        )
        let top = "/sys/fs/cgroup"
        #expect(Set(groups.unmounts) == ["\(top)/unified", "\(top)/blkio", "\(top)/systemd"])
        #expect(
            groups.binds.map(\.target) == ["\(top)/cpu,cpuacct", "\(top)/memory", "\(top)/freezer", "\(top)/devices"]
        )
        #expect(PrivateLibvirtd.deviceHierarchies(Self.mounts) == ["\(top)/devices"])
    }

    @Test func missingControllersAreNamed() {
        let split = Self.mounts + "\n33 31 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset"
        #expect(LibvirtLXCDriver.missingControllers(split) == nil)
        #expect(LibvirtLXCDriver.missingControllers(Self.mounts) == "cpuset")
        #expect(LibvirtLXCDriver.missingControllers("31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw") == nil)
    }

    @Test func placesDoNotMeet() throws {
        let daemons = LibvirtKind.allCases.map { kind in
            (try? LibvirtAbilityTests.setup()).map { PrivateLibvirtd(setup: $0, kind: kind) }
        }
        for places in [
            daemons.map { $0?.directory }, daemons.map { $0?.address }, daemons.map { $0?.guests.path },
            daemons.map { $0?.kind.daemon }, daemons.map { $0?.pidDirectory }, daemons.map { $0?.logDirectory },
        ] {
            #expect(Set(places).count == 3, "\(places)")
        }
        #expect(LibvirtKind.containers.address(socket: "/a b/s") == "lxc:///system?socket=/a%20b/s")
        #expect(LibvirtKind.session.systemAddress == nil)
    }

    @Test func aSessionIsNobodys() throws {
        let daemon = PrivateLibvirtd(setup: try LibvirtAbilityTests.setup(), kind: .session)
        let root = daemon.sessionCommand("/usr/sbin/libvirtd", isRoot: true)
        let user = daemon.sessionCommand("/usr/sbin/libvirtd", isRoot: false)
        #expect(root.contains("unshare") && root.contains("--map-user=65534"))
        #expect(!user.contains("unshare") && user.first == "env")
        #expect(user.contains("XDG_RUNTIME_DIR=/s/libvirt-session/run"))
        #expect(user.contains("/s/libvirt-session/etc/libvirt/libvirtd.conf"))
        #expect(root.contains("XDG_RUNTIME_DIR=/run/libvirt/run"))
        #expect(daemon.sessionObstacle == nil)
        var deep = try LibvirtAbilityTests.setup()
        deep.stateDirectory = "/" + String(repeating: "d", count: 40)
        #expect(PrivateLibvirtd(setup: deep, kind: .session).sessionObstacle?.contains("too long") == true)
    }

    @Test func quotasOfAllThreadsAndOfEach() {
        func quota(_ vcpu: Int64, _ global: Int64) -> String? {
            LibvirtInstance.quota(
                [
                    "vcpu_quota": .signed(vcpu), "vcpu_period": .unsigned(100_000), "global_quota": .signed(global),
                    "global_period": .unsigned(100_000),
                ],
                cpus: 2
            )
        }
        #expect(quota(50_000, -1) == "100")
        #expect(quota(-1, 150_000) == "150")
        #expect(quota(-1, -1) == "none")
        #expect(LibvirtInstance.quota([:], cpus: 1) == nil)
    }

    @Test func containersHaveNoOptions() async throws {
        let driver = LibvirtLXCDriver(setup: try LibvirtAbilityTests.setup())
        let environment = EnvironmentSpec(name: "c", driver: "libvirt-lxc", options: ["cache": "none"])
        guard case .unavailable(let reason, _) = await driver.probe(environment) else {
            Issue.record("an unknown option is no environment")
            return
        }
        #expect(reason == "option 'cache' is not known")
        await driver.shutdown()
    }
}
#endif
