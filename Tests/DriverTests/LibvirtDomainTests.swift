import BenchrunModel
import Foundation
import Testing

@testable import LibvirtDriver

@Suite("The definition of a domain")
struct LibvirtDomainTests {
    private func plan(
        _ accelerator: LibvirtOptions.Accelerator = .tcg,
        options: [String: String] = [:],
        cpus: [Int] = [1],
        path: String = "/s/root.qcow2"
    ) throws -> DomainPlan {
        DomainPlan(
            name: "benchrun-r-1-vm-0",
            run: "r",
            accelerator: accelerator,
            options: try LibvirtOptions(EnvironmentSpec(name: "vm", driver: "libvirt", options: options)),
            limits: Limits(cpus: cpus, housekeepingCPUs: [0], cpuQuota: 50, memory: 1 << 29),
            emulator: "/usr/bin/qemu-system-x86_64",
            kernel: "/i/vmlinuz",
            initramfs: "/i/initramfs",
            kernelLine: "quiet panic=-1",
            rootDisk: path,
            scratchDisk: "/s/scratch.raw",
            channel: "/r/lv-1.sock",
            console: "/r/vm.console",
            owner: "+0:+0"
        )
    }

    @Test func golden() throws {
        #expect(
            try plan().xml() == """
                <domain type="qemu">
                  <name>benchrun-r-1-vm-0</name>
                  <description>benchrun run r</description>
                  <memory unit="b">536870912</memory>
                  <currentMemory unit="b">536870912</currentMemory>
                  <vcpu placement="static">1</vcpu>
                  <iothreads>1</iothreads>
                  <cputune>
                    <vcpupin vcpu="0" cpuset="1" />
                    <emulatorpin cpuset="0" />
                    <iothreadpin iothread="1" cpuset="0" />
                    <period>100000</period>
                    <quota>50000</quota>
                  </cputune>
                  <os>
                    <type arch="x86_64" machine="q35">hvm</type>
                    <kernel>/i/vmlinuz</kernel>
                    <initrd>/i/initramfs</initrd>
                    <cmdline>quiet panic=-1</cmdline>
                  </os>
                  <features>
                    <acpi />
                    <apic />
                  </features>
                  <cpu mode="maximum" check="none" />
                  <clock offset="utc">
                    <timer name="rtc" tickpolicy="catchup" />
                    <timer name="pit" tickpolicy="delay" />
                    <timer name="hpet" present="no" />
                  </clock>
                  <on_poweroff>destroy</on_poweroff>
                  <on_reboot>destroy</on_reboot>
                  <on_crash>destroy</on_crash>
                  <devices>
                    <emulator>/usr/bin/qemu-system-x86_64</emulator>
                    <disk type="file" device="disk">
                      <driver name="qemu" type="qcow2" cache="none" io="native" iothread="1" discard="ignore" />
                      <source file="/s/root.qcow2" />
                      <target dev="vda" bus="virtio" />
                    </disk>
                    <disk type="file" device="disk">
                      <driver name="qemu" type="raw" cache="none" io="native" iothread="1" discard="ignore" />
                      <source file="/s/scratch.raw" />
                      <target dev="vdb" bus="virtio" />
                    </disk>
                    <controller type="usb" model="none" />
                    <channel type="unix">
                      <source mode="connect" path="/r/lv-1.sock" />
                      <target type="virtio" name="benchrun.0" />
                    </channel>
                    <serial type="file">
                      <source path="/r/vm.console" />
                      <target port="0" />
                    </serial>
                    <memballoon model="none" />
                  </devices>
                  <seclabel type="static" model="dac" relabel="no">
                    <label>+0:+0</label>
                  </seclabel>
                </domain>
                """
        )
    }

    @Test func eachMeasuredCPUIsAVirtualOne() throws {
        let xml = try plan(cpus: [2, 5, 6]).xml()
        #expect(xml.contains(#"<vcpu placement="static">3</vcpu>"#))
        for pin in [#"vcpu="0" cpuset="2""#, #"vcpu="1" cpuset="5""#, #"vcpu="2" cpuset="6""#] {
            #expect(xml.contains("<vcpupin \(pin) />"))
        }
        #expect(xml.contains("<quota>50000</quota>"))
    }

    @Test func kvmIsAnotherTypeAndCPU() throws {
        let xml = try plan(.kvm).xml()
        #expect(xml.contains(#"<domain type="kvm">"#))
        #expect(xml.contains(#"<cpu mode="host-passthrough" check="none" />"#))
    }

    @Test func aCPUModelByName() throws {
        let xml = try plan(options: ["cpu": "EPYC"]).xml()
        #expect(xml.contains(#"<cpu mode="custom" match="exact" check="none">"#))
        #expect(xml.contains(#"<model fallback="forbid">EPYC</model>"#))
    }

    @Test func hostileNamesStayData() throws {
        let path = #"/s/a'b"c<d>&e]]>f/<source file="/etc/shadow"/>.qcow2"#
        let xml = try plan(path: path).xml()
        #expect(!xml.contains("/etc/shadow\"/>"))
        #expect(xml.components(separatedBy: "<source file=").count == 3)
        let file = try #require(xml.split(separator: "\n").first { $0.contains("shadow") })
        let escaped = file.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
        let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        #expect(entities.reduce(escaped) { $0.replacingOccurrences(of: $1.0, with: $1.1) } == path)
    }

    @Test(arguments: ["/s/a\nb", "/s/\u{0}", "/s/\u{1B}[31m", "/s/\u{7F}", "/s/\u{FFFE}"])
    func pathsThatXMLCannotHoldAreRefused(path: String) throws {
        let plan = try plan(path: path)
        let error = #expect(throws: DriverError.self) { try plan.xml() }
        #expect(error?.detail.contains("control characters") == true)
    }

    @Test func capabilitiesAreRead() throws {
        let capabilities = try DomainCapabilities(
            xml: """
                <domainCapabilities><path>/usr/bin/qemu</path><domain>qemu</domain><machine>pc-q35-7.2</machine>
                <arch>x86_64</arch><cpu><mode name='host-passthrough' supported='no'/>
                <mode name='maximum' supported='yes'><enum name='maximumMigratable'><value>on</value></enum></mode>
                <mode name='host-model' supported='yes'><model fallback='forbid'>EPYC</model></mode>
                <mode name='custom' supported='yes'><model usable='yes' vendor='unknown'>qemu64</model>
                <model usable='no' vendor='AMD'>phenom</model></mode></cpu></domainCapabilities>
                """
        )
        #expect(capabilities.path == "/usr/bin/qemu")
        #expect(capabilities.machine == "pc-q35-7.2")
        #expect(capabilities.offers(cpu: "maximum"))
        #expect(capabilities.offers(cpu: "qemu64"))
        #expect(!capabilities.offers(cpu: "host-passthrough"))
        #expect(!capabilities.offers(cpu: "nothing"))
    }
}
