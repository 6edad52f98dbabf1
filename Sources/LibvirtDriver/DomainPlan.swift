import BenchrunModel
import Foundation
import XMLCoder

/// Everything that decides what a domain is, as plain values.
struct DomainPlan: Sendable, Equatable {
    /// The name, unique on the host.
    var name: String
    /// The run it belongs to; written into the definition, so that a sweeper need not trust the name.
    var run: String
    /// ``LibvirtOptions/Accelerator/kvm`` or ``LibvirtOptions/Accelerator/tcg``.
    var accelerator: LibvirtOptions.Accelerator
    /// The environment's options.
    var options: LibvirtOptions
    /// CPUs, quota and memory.
    var limits: Limits
    /// Path of the emulator.
    var emulator: String
    /// Guest kernel, initramfs and command line; empty, as the scratch disk and the socket, where the guest boots its
    /// own disk.
    var kernel: String, initramfs: String, kernelLine: String
    /// The root file system's overlay, qcow2.
    var rootDisk: String
    /// The scratch disk, or the directory that is shared in its place.
    var scratchDisk: String
    /// The Unix socket that the agent's link comes from.
    var channel: String
    /// File that gets the guest's console.
    var console: String
    /// Who the emulator runs as: `+0:+0`; nil where it can only be who its libvirt is.
    var owner: String?
    /// The bridge that its network is at; nil where it is at none.
    var bridge: String?
    /// What an engine inside the guest needs besides; nil where there is none.
    var engine: EngineDevices?

    /// The name of the agent's virtio-serial port.
    static let port = "benchrun.0"

    /// The text of the description of every domain of a run.
    static func description(of run: String) -> String { "benchrun run \(run)" }

    /// The definition, as XML.
    /// - Throws: ``DriverError`` when a path cannot be written in XML.
    func xml() throws(DriverError) -> String {
        let paths = [emulator, kernel, initramfs, rootDisk, scratchDisk, channel, console, kernelLine, name]
        for path in paths + (engine?.paths ?? []) {
            // XML cannot hold some of these and changes others on the way.
            guard path.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0.value < 0xFFFE }) else {
                throw DriverError(
                    subject: "libvirt/create",
                    detail: "a path has control characters: \(path.debugDescription)",
                    nextStep: "use a directory without them"
                )
            }
        }
        let encoder = XMLEncoder()
        encoder.outputFormatting = .prettyPrinted
        encoder.prettyPrintIndentation = .spaces(2)
        do {
            return String(decoding: try encoder.encode(document(), withRootKey: "domain"), as: UTF8.self)
        } catch {
            throw DriverError(subject: "libvirt/create", detail: "the domain cannot be written as XML: \(error)")
        }
    }

    private func document() -> DomainDocument {
        DomainDocument(
            type: accelerator == .kvm ? "kvm" : "qemu",
            name: name,
            description: Self.description(of: run),
            memory: .init(unit: "b", value: limits.memory),
            currentMemory: .init(unit: "b", value: limits.memory),
            memoryBacking: memoryBacking,
            vcpu: .init(placement: "static", count: max(limits.cpus.count, 1)),
            iothreads: 1,
            cputune: tuning,
            os: .init(
                type: .init(arch: "x86_64", machine: options.machine, kind: "hvm"),
                kernel: kernel.isEmpty ? nil : kernel,
                initrd: initramfs.isEmpty ? nil : initramfs,
                cmdline: kernelLine.isEmpty ? nil : kernelLine
            ),
            features: .init(),
            cpu: cpu,
            clock: .init(
                offset: "utc",
                timer: [
                    .init(name: "rtc", tickpolicy: "catchup"), .init(name: "pit", tickpolicy: "delay"),
                    .init(name: "hpet", present: "no"),
                ]
            ),
            devices: devices,
            seclabel: owner.map { .init(type: "static", model: "dac", relabel: "no", label: $0) }
        )
    }

    private var cpu: DomainDocument.CPU {
        let name = options.cpu(with: accelerator)
        if ["host-passthrough", "host-model", "maximum"].contains(name) {
            return .init(mode: name, check: "none")
        }
        return .init(mode: "custom", match: "exact", check: "none", model: .init(fallback: "forbid", name: name))
    }
}
