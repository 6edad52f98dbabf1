import BenchrunModel

extension DomainPlan {
    /// The tag of a shared scratch directory.
    static let scratchTag = "scratch"

    /// Where its threads run, and for how long of each period.
    var tuning: DomainDocument.CPUTuning {
        let isMeasured = options.emulatorCPUs == .measured || limits.housekeepingCPUs.isEmpty
        let own = isMeasured ? limits.cpus : limits.housekeepingCPUs
        let cpus = own.isEmpty ? nil : Limits.list(own)
        var tuning = DomainDocument.CPUTuning(
            vcpupin: limits.cpus.enumerated().map { .init(vcpu: $0.offset, cpuset: String($0.element)) },
            emulatorpin: cpus.map { .init(cpuset: $0) },
            iothreadpin: cpus.map { .init(iothread: 1, cpuset: $0) }
        )
        // A session's libvirt refuses a quota; the driver refuses to run where that would make a difference.
        guard limits.cpuQuota > 0, options.connection == .system else { return tuning }
        if options.emulatorCPUs == .measured {
            // One for all its threads together, as a container has it.
            tuning.globalPeriod = 100_000
            tuning.globalQuota = limits.cpuQuota * 1000 * max(limits.cpus.count, 1)
        } else {
            // libvirt's quota holds for each virtual CPU, in microseconds a period.
            tuning.period = 100_000
            tuning.quota = limits.cpuQuota * 1000
        }
        return tuning
    }

    /// virtiofsd reads and writes the guest's memory, which must be shared with it for that.
    var memoryBacking: DomainDocument.MemoryBacking? {
        let isShared = options.scratch == .virtiofs
        guard isShared || options.pages == .huge else { return nil }
        return .init(
            hugepages: options.pages == .huge ? .init() : nil,
            source: isShared && options.pages == .ordinary ? .init(type: "memfd") : nil,
            access: isShared ? .init(mode: "shared") : nil
        )
    }

    /// Disks, controllers, network, channel and console.
    var devices: Devices {
        var controllers: [Devices.Controller] = [.init(type: "usb", model: "none")]
        if options.bus == .scsi {
            controllers.append(.init(type: "scsi", index: 0, model: "virtio-scsi", driver: .init(iothread: 1)))
        }
        var disks = [disk(rootDisk, number: 0, format: "qcow2")]
        // A guest that boots its own disk has neither scratch nor an agent to talk to.
        let hasScratch = !scratchDisk.isEmpty
        if hasScratch, let format = options.scratchFormat { disks.append(disk(scratchDisk, number: 1, format: format)) }
        return Devices(
            emulator: emulator,
            disk: disks + engineDisks,
            controller: controllers,
            filesystem: options.hasScratchDisk || !hasScratch
                ? nil : [.init(source: .init(dir: scratchDisk), target: .init(dir: Self.scratchTag))],
            interface: interface.map { [$0] },
            channel: (channel.isEmpty ? [] : [.init(source: .init(path: channel), target: .init(name: Self.port))])
                + engineChannels,
            serial: [.init(source: .init(path: console), target: .init(port: 0))]
        )
    }

    private var interface: Devices.Interface? {
        switch options.network {
        case .none: nil
        case .user: .init(type: "user")
        case .bridge: .init(type: "bridge", source: bridge.map { .init(bridge: $0) })
        }
    }

    func disk(_ path: String, number: Int, format: String) -> Devices.Disk {
        let letter = ["a", "b", "c", "d"][number]
        return Devices.Disk(
            driver: .init(
                type: format,
                cache: options.cache.rawValue,
                io: options.io.rawValue,
                iothread: options.bus == .virtio ? 1 : nil
            ),
            source: .init(file: path),
            target: options.bus == .virtio
                ? .init(dev: "vd\(letter)", bus: "virtio") : .init(dev: "sd\(letter)", bus: "scsi")
        )
    }
}
