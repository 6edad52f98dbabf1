import BenchrunModel

extension KernelLine {
    /// Names the guest's disks and network as an environment's options make them.
    /// - Parameter address: what the guest has at its network; nil where it has none.
    mutating func apply(_ options: LibvirtOptions, address: GuestAddress?) {
        if options.bus == .scsi {
            // Links that the initramfs makes: which disk becomes sda is a matter of luck.
            settings.append("benchrun.modules=scsi")
            root = "/dev/benchrun-unit0"
            scratch = "/dev/benchrun-unit1"
        }
        if options.scratch == .virtiofs {
            settings.append("benchrun.modules=virtiofs")
            scratch = "virtiofs:\(DomainPlan.scratchTag)"
            // The other options are those of a disk's file system.
            let times = ["rw", "relatime", "noatime", "nodiratime", "strictatime"]
            scratchOptions = scratchOptions.filter(times.contains)
        }
        if let address {
            settings.append("benchrun.address=\(address.text)")
            settings.append("benchrun.gateway=\(address.gateway)")
        }
    }
}

/// A guest's address, which its initramfs gives to its only network interface.
struct GuestAddress: Sendable, Equatable {
    /// With the length of the network's prefix.
    var text: String
    /// Where everything else is.
    var gateway: String

    /// In QEMU's own network, which is each guest's alone.
    static let user = GuestAddress(text: "10.0.2.15/24", gateway: "10.0.2.2")

    /// At the run's own bridge, whose address is the first.
    /// - Parameter number: counts the guests of the run.
    static func bridged(_ number: Int) -> GuestAddress {
        GuestAddress(text: "10.77.0.\(number % 253 + 2)/24", gateway: "10.77.0.1")
    }

    /// The bridge's own.
    static let bridge = "10.77.0.1/24"
}
