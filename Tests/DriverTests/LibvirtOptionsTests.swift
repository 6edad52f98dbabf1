import BenchrunModel
import Testing

@testable import LibvirtDriver

@Suite("Options of a virtual machine")
struct LibvirtOptionsTests {
    private func options(_ options: [String: String]) throws -> LibvirtOptions {
        try LibvirtOptions(EnvironmentSpec(name: "vm", driver: "libvirt", options: options))
    }

    @Test func defaults() throws {
        let options = try options([:])
        #expect(options.accelerator == .auto)
        #expect(options.machine == "q35")
        #expect(options.cache == .none)
        #expect(options.io == .native)
        #expect(options.cpu(with: .kvm) == "host-passthrough")
        #expect(options.cpu(with: .tcg) == "maximum")
    }

    @Test func aCachedDiskIsNotAskedNatively() throws {
        #expect(try options(["cache": "writeback"]).io == .threads)
        #expect(try options(["cache": "directsync"]).io == .native)
        #expect(try options(["io": "io_uring"]).io == .ring)
    }

    @Test func aPassthroughCPUFallsBackWithTheAccelerator() throws {
        let options = try options(["accelerator": "auto", "cpu": "host-passthrough"])
        #expect(options.cpu(with: .kvm) == "host-passthrough")
        #expect(options.cpu(with: .tcg) == "maximum")
    }

    @Test(arguments: [
        (["accelerator": "xen"], "accelerator 'xen' is not known; use one of auto, kvm, tcg"),
        (["cache": "Non"], "cache 'Non' is not known; use one of none, directsync, writeback, writethrough, unsafe"),
        (["io": ""], "io '' is not known; use one of native, threads, io_uring"),
        (
            ["caches": "none"],
            "option 'caches' is not known; use one of accelerator, "
        ),
        (["cache": "writeback", "io": "native"], "io 'native' needs a cache that bypasses the host's"),
        (["machine": "q35,accel=kvm"], "machine 'q35,accel=kvm' is not a name"),
        (["machine": "-help"], "machine '-help' is not a name"),
        (["machine": ""], "machine '' is not a name"),
        (["cpu": "max ,x"], "cpu 'max ,x' is not a name"),
        (["machine": "microvm"], "it has no PCI bus"),
        (["kernel-arguments": "quiet init=\"x y\""], "has characters that are not for a kernel command line"),
        (["accelerator": "tcg", "cpu": "host-passthrough"], "cpu 'host-passthrough' needs accelerator 'kvm'"),
    ])
    func refused(given: [String: String], message: String) throws {
        let error = #expect(throws: DriverError.self) { try options(given) }
        let text = error?.description ?? ""
        #expect(text.contains(message), "\(text)")
        #expect(text.hasPrefix("libvirt/vm: "))
    }
}

@Suite("KVM or TCG")
struct LibvirtAccelerationTests {
    private func decide(
        _ asked: LibvirtOptions.Accelerator,
        _ state: KVMState
    ) async -> (acceleration: Acceleration?, reason: String) {
        await Acceleration.decide(asked) { state }
    }

    private let works = KVMState.probed(KVMAnswer(works: true, detail: "a probe guest (host) answered in 0.2 s"))
    private let hangs = KVMState.probed(
        KVMAnswer(works: false, detail: "a probe guest (host) did not answer within 10 s")
    )

    @Test func kvmCountsOnlyAfterAGuestAnswered() async {
        for asked in [LibvirtOptions.Accelerator.auto, .kvm] {
            let decision = await decide(asked, works)
            #expect(decision.acceleration?.accelerator == .kvm)
            #expect(decision.reason == "a probe guest (host) answered in 0.2 s")
        }
    }

    @Test func autoFallsBackAndSaysWhy() async {
        let decision = await decide(.auto, hangs)
        #expect(decision.acceleration?.accelerator == .tcg)
        #expect(
            decision.acceleration?.reason
                == "/dev/kvm exists, but a probe guest (host) did not answer within 10 s"
        )
        #expect(await decide(.auto, .noDevice).reason == "there is no /dev/kvm")
        #expect(await decide(.auto, .noAccess("Permission denied")).acceleration?.accelerator == .tcg)
    }

    @Test func kvmByNameDoesNotFallBack() async {
        let decision = await decide(.kvm, hangs)
        #expect(decision.acceleration == nil)
        #expect(decision.reason.contains("did not answer"))
        #expect(await decide(.kvm, .notOffered("no such type")).acceleration == nil)
    }

    @Test func tcgDoesNotAsk() async {
        let decision = await Acceleration.decide(.tcg) {
            Issue.record("a probe costs seconds")
            return .noDevice
        }
        #expect(decision.acceleration?.accelerator == .tcg)
    }

    @Test func answersAreReadFromHowTheEmulatorEnded() {
        func read(_ status: Int32?, _ log: String = "") -> KVMAnswer {
            KVMProbe.read(status, log: log, cpu: "host-passthrough", limit: .seconds(10), took: .milliseconds(240))
        }
        let answer = read(ProbeGuest.answer)
        #expect(answer == KVMAnswer(works: true, detail: "a probe guest (host-passthrough) answered in 0.2 s"))
        #expect(read(nil).detail == "a probe guest (host-passthrough) did not answer within 10 s")
        #expect(!read(0).works)
        let aborted = read(
            134,
            """
            qemu-system-x86_64: error: failed to set MSR 0x10a to 0x69
            qemu-system-x86_64: kvm.c:3183: kvm_buf_set_msrs: Assertion `ret == cpu->kvm_msr_buf->nmsrs' failed.
            """
        )
        #expect(!aborted.works)
        #expect(aborted.detail.contains("signal 6 (qemu-system-x86_64: error: failed to set MSR 0x10a to 0x69)"))
    }

    @Test func theProbeGuestIsABootSector() {
        let disk = ProbeGuest.disk
        #expect(disk.count == ProbeGuest.diskSize)
        #expect(ProbeGuest.code.count <= 0x70)
        #expect(disk[510] == 0x55 && disk[511] == 0xAA)
        #expect(disk[512...].allSatisfy { $0 == 0 })
        let command = ProbeGuest.command(
            emulator: "/q",
            machine: "pc",
            cpu: "host-model",
            disk: "/a,b",
            accelerator: "kvm"
        )
        #expect(command.contains("file=/a,,b,format=raw,if=virtio,readonly=on"))
        #expect(command.contains("host"))
    }
}
