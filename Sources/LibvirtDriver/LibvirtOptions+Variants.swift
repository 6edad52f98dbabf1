import BenchrunModel

extension LibvirtOptions {
    /// The libvirt that makes the guest.
    enum ConnectionKind: String, Sendable, CaseIterable {
        /// The one of the host, which acts as root.
        case system
        /// One that acts as an ordinary user: it has no control groups.
        case session
    }

    /// How the guest's disks are attached.
    enum DiskBus: String, Sendable, CaseIterable {
        /// A PCI device each: virtio-blk.
        case virtio
        /// Units of one virtio-scsi controller.
        case scsi
    }

    /// What the guest's scratch is.
    enum Scratch: String, Sendable, CaseIterable {
        /// A raw disk, every block of which has been written.
        case raw
        /// A thin qcow2 disk, which grows as the guest writes.
        case qcow2
        /// A directory of the host, shared by virtiofsd.
        case virtiofs
    }

    /// The guest's network, beside its loopback interface.
    enum Network: String, Sendable, CaseIterable {
        /// There is none.
        case none
        /// QEMU's own, in user space.
        case user
        /// A tap device at a bridge.
        case bridge
    }

    /// What the guest's memory is made of.
    enum Pages: String, Sendable, CaseIterable {
        /// The host's ordinary pages.
        case ordinary
        /// Huge pages that the host has reserved.
        case huge
    }

    /// Where the emulator's own threads and those of its disks run.
    enum EmulatorCPUs: String, Sendable, CaseIterable {
        /// On the housekeeping CPUs, which the guest thereby gets on top of its own.
        case housekeeping
        /// On the measured CPUs, within the quota of the whole guest: it gets no more CPU than a container.
        case measured
    }

    /// Whether the scratch is a disk of the guest's own.
    var hasScratchDisk: Bool { scratch != .virtiofs }

    /// The disk's format in QEMU's words; nil where there is no disk.
    var scratchFormat: String? { hasScratchDisk ? scratch.rawValue : nil }

    static func network(_ text: String?, _ subject: String) throws(DriverError) -> Network {
        guard text != "host" else {
            throw DriverError(
                subject: subject,
                detail: "a guest cannot use the host's network: its kernel has one of its own",
                nextStep: "use network 'bridge', or compare containers with the host's network"
            )
        }
        return try choice(text, of: "network", default: .none, subject)
    }

    /// Refuses options that do not go together.
    func refuseCombinations(_ subject: String) throws(DriverError) {
        if let bridge {
            guard network == .bridge else {
                throw DriverError(
                    subject: subject,
                    detail: "a bridge is named, but the network is '\(network.rawValue)'",
                    nextStep: "add network 'bridge', or remove the option bridge"
                )
            }
            guard Self.isWord(bridge), bridge.utf8.count < 16 else {
                throw DriverError(
                    subject: subject,
                    detail: "bridge '\(bridge)' is not an interface's name",
                    nextStep: "see 'ip link show type bridge'"
                )
            }
        }
        if engine != nil, bus != .virtio || !hasScratchDisk {
            throw DriverError(
                subject: subject,
                detail: "an engine in the guest needs disk-bus 'virtio' and a scratch that is a disk",
                nextStep: "remove the option engine, or the other one"
            )
        }
        guard connection == .session else { return }
        let needs = [
            ("network 'bridge'", network == .bridge), ("scratch 'virtiofs'", scratch == .virtiofs),
            ("pages 'huge'", pages == .huge), ("emulator-cpus 'measured'", emulatorCPUs == .measured),
        ]
        if let need = needs.first(where: { $0.1 }) {
            throw DriverError(
                subject: subject,
                detail: "\(need.0) needs rights that a session's libvirt has not",
                nextStep: "use connection 'system'"
            )
        }
    }
}
