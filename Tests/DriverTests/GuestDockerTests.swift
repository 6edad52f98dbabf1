import BenchrunModel
import Testing

@testable import LibvirtDriver
@testable import ProcessDrivers

@Suite("Docker in a guest")
struct GuestDockerTests {
    private func plan(engine: EngineDevices?) throws -> DomainPlan {
        var plan = DomainPlan(
            name: "benchrun-r-1-vm-0",
            run: "r",
            accelerator: .tcg,
            options: try LibvirtOptions(
                EnvironmentSpec(name: "vm", driver: "libvirt", options: ["engine": "docker", "accelerator": "tcg"])
            ),
            limits: Limits(cpus: [1], housekeepingCPUs: [0], cpuQuota: 100, memory: 1 << 29),
            emulator: "/usr/bin/qemu-system-x86_64",
            kernel: "/i/vmlinuz",
            initramfs: "/i/initramfs",
            kernelLine: "quiet",
            rootDisk: "/s/root.qcow2",
            scratchDisk: "/s/scratch.raw",
            channel: "/r/lv-1.sock",
            console: "/r/vm.console",
            owner: "+0:+0"
        )
        plan.engine = engine
        return plan
    }

    @Test func itsGuestHasTwoMoreDisksAndAPort() throws {
        let devices = EngineDevices(disk: "/c/engine.qcow2", data: "/s/d&ta.qcow2", channel: "/r/ld-1.sock")
        let xml = try plan(engine: devices).xml()
        let words = xml.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix { $0 == " " } }
        #expect(words.count { $0.hasPrefix("<disk ") } == 4)
        #expect(words.count { $0 == "<readonly />" } == 1)
        #expect(xml.contains(#"<source file="/c/engine.qcow2" />"#) && xml.contains(#"file="/s/d&amp;ta.qcow2""#))
        #expect(xml.contains(#"<target dev="vdd" bus="virtio" />"#))
        #expect(xml.contains(#"<target type="virtio" name="benchrun.1" />"#))
        let plain = try plan(engine: nil).xml()
        #expect(!plain.contains("vdc") && !plain.contains("benchrun.1") && !plain.contains("readonly"))
    }

    @Test func pathsThatXMLCannotHoldAreRefused() throws {
        let devices = EngineDevices(disk: "/c/engine.qcow2", data: "/s/\u{1}", channel: "/r/ld-1.sock")
        #expect(throws: DriverError.self) { try plan(engine: devices).xml() }
    }

    @Test func theEngineIsDockerOrNone() throws {
        #expect(throws: DriverError.self) {
            try LibvirtOptions(EnvironmentSpec(name: "vm", driver: "libvirt", options: ["engine": "rkt"]))
        }
        #expect(try LibvirtOptions(EnvironmentSpec(name: "vm", driver: "libvirt")).engine == nil)
        #expect(LibvirtDriver.options.contains("engine"))
    }

    @Test func theContainerIsAskedForAsOnTheHost() throws {
        let container = try GuestContainer(
            name: "benchrun-r-1-vm-0",
            run: #require(RunID("20261123-1")),
            limits: Limits(cpus: [2, 3], housekeepingCPUs: [0], cpuQuota: 50, memory: 1 << 29),
            tag: "benchrun:0123456789abcdef",
            device: "/dev/vport1p2",
            port: "benchrun.1"
        )
        let arguments = container.arguments
        #expect(arguments.starts(with: ["run", "--detach", "--interactive", "--name", "benchrun-r-1-vm-0"]))
        func value(_ option: String) -> String? {
            zip(arguments, arguments.dropFirst()).first { $0.0 == option }?.1
        }
        // A guest numbers its CPUs from 0.
        #expect(value("--cpuset-cpus") == "0,1")
        #expect(value("--memory") == "536870912" && value("--memory-swap") == "536870912")
        #expect(value("--cpu-quota") == "100000" && value("--cpu-period") == "100000")
        #expect(value("--device") == "/dev/vport1p2")
        #expect(value("--network") == "none")
        #expect(arguments.contains("/scratch:/scratch") && arguments.contains("--read-only"))
        #expect(
            arguments.suffix(6) == [
                "--entrypoint", "/.benchrun-agent", "benchrun:0123456789abcdef", "serve", "--port", "benchrun.1",
            ]
        )
    }
}
