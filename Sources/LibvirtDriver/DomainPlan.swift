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
    /// Guest kernel, initramfs and command line.
    var kernel: String, initramfs: String, kernelLine: String
    /// The root file system's overlay, qcow2.
    var rootDisk: String
    /// The scratch disk, raw.
    var scratchDisk: String
    /// The Unix socket that the agent's link comes from.
    var channel: String
    /// File that gets the guest's console.
    var console: String
    /// Who the emulator runs as: `+0:+0`.
    var owner: String

    /// The name of the agent's virtio-serial port.
    static let port = "benchrun.0"

    /// The text of the description of every domain of a run.
    static func description(of run: String) -> String { "benchrun run \(run)" }

    /// The definition, as XML.
    /// - Throws: ``DriverError`` when a path cannot be written in XML.
    func xml() throws(DriverError) -> String {
        for path in [emulator, kernel, initramfs, rootDisk, scratchDisk, channel, console, kernelLine, name] {
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
        let housekeeping = limits.housekeepingCPUs.isEmpty ? limits.cpus : limits.housekeepingCPUs
        return DomainDocument(
            type: accelerator == .kvm ? "kvm" : "qemu",
            name: name,
            description: Self.description(of: run),
            memory: .init(unit: "b", value: limits.memory),
            currentMemory: .init(unit: "b", value: limits.memory),
            vcpu: .init(placement: "static", count: max(limits.cpus.count, 1)),
            iothreads: 1,
            cputune: .init(
                vcpupin: limits.cpus.enumerated().map { .init(vcpu: $0.offset, cpuset: String($0.element)) },
                emulatorpin: housekeeping.isEmpty ? nil : .init(cpuset: Limits.list(housekeeping)),
                iothreadpin: housekeeping.isEmpty ? nil : .init(iothread: 1, cpuset: Limits.list(housekeeping)),
                // libvirt's quota holds for each virtual CPU, in microseconds a period.
                period: limits.cpuQuota > 0 ? 100_000 : nil,
                quota: limits.cpuQuota > 0 ? limits.cpuQuota * 1000 : nil
            ),
            os: .init(
                type: .init(arch: "x86_64", machine: options.machine, kind: "hvm"),
                kernel: kernel,
                initrd: initramfs,
                cmdline: kernelLine
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
            seclabel: .init(type: "static", model: "dac", relabel: "no", label: owner)
        )
    }

    private var cpu: DomainDocument.CPU {
        let name = options.cpu(with: accelerator)
        if ["host-passthrough", "host-model", "maximum"].contains(name) {
            return .init(mode: name, check: "none")
        }
        return .init(mode: "custom", match: "exact", check: "none", model: .init(fallback: "forbid", name: name))
    }

    private var devices: Devices {
        Devices(
            emulator: emulator,
            disk: [disk(rootDisk, as: "vda", format: "qcow2"), disk(scratchDisk, as: "vdb", format: "raw")],
            controller: [.init(type: "usb", model: "none")],
            channel: [.init(source: .init(path: channel), target: .init(name: Self.port))],
            serial: [.init(source: .init(path: console), target: .init(port: 0))]
        )
    }

    private func disk(_ path: String, as device: String, format: String) -> Devices.Disk {
        Devices.Disk(
            driver: .init(type: format, cache: options.cache.rawValue, io: options.io.rawValue, iothread: 1),
            source: .init(file: path),
            target: .init(dev: device)
        )
    }
}
