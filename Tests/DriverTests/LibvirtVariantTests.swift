import BenchrunModel
import Foundation
import Testing

@testable import LibvirtDriver

@Suite("Variants of a domain")
struct LibvirtVariantTests {
    private func plan(
        _ options: [String: String],
        cpus: [Int] = [2, 3],
        owner: String? = "+0:+0",
        scratch: String = "/s/scratch.raw",
        bridge: String? = nil
    ) throws -> DomainPlan {
        DomainPlan(
            name: "benchrun-r-1-vm-0",
            run: "r",
            accelerator: .tcg,
            options: try LibvirtOptions(EnvironmentSpec(name: "vm", driver: "libvirt", options: options)),
            limits: Limits(cpus: cpus, housekeepingCPUs: [0], cpuQuota: 50, memory: 1 << 29),
            emulator: "/usr/bin/qemu-system-x86_64",
            kernel: "/i/vmlinuz",
            initramfs: "/i/initramfs",
            kernelLine: "quiet panic=-1",
            rootDisk: "/s/root.qcow2",
            scratchDisk: scratch,
            channel: "/r/lv-1.sock",
            console: "/r/vm.console",
            owner: owner,
            bridge: bridge
        )
    }

    /// Without blanks at the ends of lines, so that whole elements can be looked for.
    private func xml(_ options: [String: String], bridge: String? = nil) throws -> String {
        try plan(options, bridge: bridge).xml().split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .joined()
    }

    @Test func machines() throws {
        #expect(try xml(["machine": "pc"]).contains(#"<type arch="x86_64" machine="pc">hvm</type>"#))
    }

    @Test(arguments: [
        (["cache": "writeback"], "cache=\"writeback\" io=\"threads\""),
        (["cache": "unsafe"], "cache=\"unsafe\" io=\"threads\""), (["io": "threads"], "cache=\"none\" io=\"threads\""),
        (["io": "io_uring"], "cache=\"none\" io=\"io_uring\""),
    ])
    func disks(options: [String: String], attributes: String) throws {
        #expect(try xml(options).components(separatedBy: attributes).count == 3, "both disks have it")
    }

    @Test func aThinScratchDisk() throws {
        let xml = try xml(["scratch": "qcow2"])
        #expect(xml.components(separatedBy: #"type="qcow2""#).count == 3)
        #expect(!xml.contains("memoryBacking"))
    }

    @Test func disksOfOneController() throws {
        let xml = try xml(["disk-bus": "scsi"])
        let controller =
            #"<controller type="scsi" index="0" model="virtio-scsi"><driver iothread="1" /></controller>"#
        #expect(xml.contains(controller), "\(xml)")
        for device in ["sda", "sdb"] { #expect(xml.contains(#"<target dev="\#(device)" bus="scsi" />"#)) }
        #expect(xml.contains(#"io="native" discard="ignore" /><source file="/s/root.qcow2" />"#), "\(xml)")
    }

    @Test func aSharedDirectory() throws {
        let xml = try xml(["scratch": "virtiofs"])
        #expect(
            xml.contains(
                #"<memoryBacking><source type="memfd" /><access mode="shared" /></memoryBacking>"#
            ),
            "\(xml)"
        )
        #expect(
            xml.contains(
                #"<filesystem type="mount"><driver type="virtiofs" /><source dir="/s/scratch.raw" />"#
                    + #"<target dir="scratch" /></filesystem>"#
            ),
            "\(xml)"
        )
        #expect(xml.components(separatedBy: "<disk ").count == 2, "the root is all it has")
    }

    @Test func networks() throws {
        #expect(!(try xml([:])).contains("<interface"))
        #expect(
            try xml(["network": "user"]).contains(#"<interface type="user"><model type="virtio" /></interface>"#)
        )
        #expect(
            try xml(["network": "bridge"], bridge: "br0").contains(
                #"<interface type="bridge"><source bridge="br0" /><model type="virtio" /></interface>"#
            )
        )
    }

    @Test func hugePages() throws {
        #expect(try xml(["pages": "huge"]).contains("<memoryBacking><hugepages /></memoryBacking>"))
    }

    @Test func oneCPUForAllThreads() throws {
        let xml = try xml(["emulator-cpus": "measured"])
        #expect(xml.contains(#"<emulatorpin cpuset="2,3" /><iothreadpin iothread="1" cpuset="2,3" />"#), "\(xml)")
        #expect(xml.contains("<global_period>100000</global_period><global_quota>100000</global_quota>"), "\(xml)")
        #expect(!xml.contains("<quota>"))
    }

    @Test func aSessionHasNoControlGroupsAndNoOwner() throws {
        let xml = try plan(["connection": "session"], owner: nil).xml()
        #expect(!xml.contains("quota") && !xml.contains("period") && !xml.contains("seclabel"))
        #expect(xml.contains(#"<vcpupin vcpu="0" cpuset="2" />"#) && xml.contains(#"<emulatorpin cpuset="0" />"#))
    }

    @Test func aSessionRefusesWhatItCannotLimit() throws {
        func refuse(_ quota: Int, _ connection: String) throws {
            let options = try LibvirtOptions(
                EnvironmentSpec(name: "vm", driver: "libvirt", options: ["connection": connection])
            )
            let limits = Limits(cpus: [1], housekeepingCPUs: [0], cpuQuota: quota, memory: 1)
            #if Libvirt
            try LibvirtDriver.refuseUnequal(options, limits)
            #endif
        }
        let error = #expect(throws: DriverError.self) { try refuse(50, "session") }
        #expect(error?.detail == "a session's libvirt cannot limit a guest to 50 % of a CPU")
        try refuse(100, "session")
        try refuse(0, "session")
        try refuse(50, "system")
    }

    @Test(arguments: [
        (["network": "host"], "a guest cannot use the host's network"),
        (["network": "wifi"], "network 'wifi' is not known; use one of none, user, bridge"),
        (["bridge": "br0"], "a bridge is named, but the network is 'none'"),
        (["network": "bridge", "bridge": "br0/../x"], "is not an interface's name"),
        (["network": "bridge", "bridge": "sixteen-letters-"], "is not an interface's name"),
        (["connection": "session", "network": "bridge"], "network 'bridge' needs rights"),
        (["connection": "session", "scratch": "virtiofs"], "scratch 'virtiofs' needs rights"),
        (["connection": "session", "pages": "huge"], "pages 'huge' needs rights"),
        (["connection": "session", "emulator-cpus": "measured"], "emulator-cpus 'measured' needs rights"),
        (["scratch": "9p"], "use one of raw, qcow2, virtiofs"), (["disk-bus": "ide"], "use one of virtio, scsi"),
        (["pages": "big"], "use one of ordinary, huge"), (["connection": "xen"], "use one of system, session"),
    ])
    func refused(given: [String: String], message: String) throws {
        let error = #expect(throws: DriverError.self) {
            try LibvirtOptions(EnvironmentSpec(name: "vm", driver: "libvirt", options: given))
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    // MARK: The guest's kernel line

    private func line(_ options: [String: String], _ address: GuestAddress? = nil) throws -> String {
        var line = KernelLine(
            scratchOptions: ["rw", "relatime", "data=ordered"],
            hostLine: "",
            transparentHugePages: nil
        )
        line.apply(
            try LibvirtOptions(EnvironmentSpec(name: "vm", driver: "libvirt", options: options)),
            address: address
        )
        return line.text
    }

    @Test func guestsFindTheirDisks() throws {
        #expect(try line([:]).contains("benchrun.root=/dev/vda benchrun.scratch=/dev/vdb "))
        let units = try line(["disk-bus": "scsi"])
        #expect(units.contains("benchrun.root=/dev/benchrun-unit0 benchrun.scratch=/dev/benchrun-unit1 "))
        #expect(units.contains(" benchrun.modules=scsi"))
        let shared = try line(["scratch": "virtiofs"])
        #expect(shared.contains("benchrun.scratch=virtiofs:scratch benchrun.scratchopts=rw,relatime "))
        #expect(shared.contains(" benchrun.modules=virtiofs"))
    }

    @Test func guestsTakeTheirAddress() throws {
        #expect(try line([:]).contains("address") == false)
        let line = try line(["network": "user"], .user)
        #expect(line.contains("benchrun.address=10.0.2.15/24 benchrun.gateway=10.0.2.2"))
        #expect(GuestAddress.bridged(0).text == "10.77.0.2/24")
        #expect(GuestAddress.bridged(252).text == "10.77.0.254/24")
        #expect(GuestAddress.bridged(253).text == "10.77.0.2/24")
    }
}
