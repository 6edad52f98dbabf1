import BenchrunModel
import Foundation
import XMLCoder

/// libvirt's definition of a container, as far as benchrun uses it.
struct ContainerDocument: ElementWithAttributes {
    static let attributes: Set<String> = ["type"]

    var type = "lxc"
    var name: String
    var description: String
    var memory: DomainDocument.Quantity
    var memtune: MemoryTuning?
    var vcpu: CPUs
    var cputune: DomainDocument.CPUTuning?
    var os: Boot
    var features = Features()
    var onPowerOff = "destroy"
    var onReboot = "destroy"
    var onCrash = "destroy"
    var devices: Devices

    enum CodingKeys: String, CodingKey {
        case type, name, description, memory, memtune, vcpu, cputune, os, features
        case onPowerOff = "on_poweroff"
        case onReboot = "on_reboot"
        case onCrash = "on_crash"
        case devices
    }

    struct MemoryTuning: Encodable {
        var swapHardLimit: DomainDocument.Quantity

        enum CodingKeys: String, CodingKey {
            case swapHardLimit = "swap_hard_limit"
        }
    }

    struct CPUs: ElementWithAttributes {
        static let attributes: Set<String> = ["placement", "cpuset"]

        var placement = "static"
        var cpuset: String?
        var count: Int

        enum CodingKeys: String, CodingKey {
            case placement, cpuset
            case count = ""
        }
    }

    struct Boot: Encodable {
        var type = "exe"
        var `init`: String
        var initarg: [String]
    }

    struct Features: Encodable {
        /// A network namespace of its own although it has no interface.
        var privnet = DomainDocument.Present()
    }

    struct Devices: Encodable {
        var filesystem: [FileSystem]
        var console = [DomainDocument.Kind(type: "pty")]
    }

    /// Something mounted in the container: a directory or file of the host, or memory.
    struct FileSystem: ElementWithAttributes {
        static let attributes: Set<String> = ["type"]

        var type: String
        var source: Source
        var target: Target
        var readonly: DomainDocument.Present?
    }

    struct Target: ElementWithAttributes {
        static let attributes: Set<String> = ["dir"]

        var dir: String
    }

    struct Source: ElementWithAttributes {
        static let attributes: Set<String> = ["dir", "usage", "units"]

        var dir: String?
        var usage: Int?
        var units: String?
    }
}

extension ContainerDocument.FileSystem {
    /// A directory or file of the host.
    static func host(_ source: String, at target: String, isReadOnly: Bool) -> Self {
        .init(
            type: "mount",
            source: .init(dir: source),
            target: .init(dir: target),
            readonly: isReadOnly ? .init() : nil
        )
    }

    /// A file system in memory, of at most so many MiB.
    static func memory(at target: String, mebibytes: Int) -> Self {
        .init(type: "ram", source: .init(usage: mebibytes, units: "MiB"), target: .init(dir: target))
    }
}
