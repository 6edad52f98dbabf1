import XMLCoder

/// libvirt's definition of a domain, as far as benchrun uses it. The order of the properties is the order of the
/// elements.
struct DomainDocument: ElementWithAttributes {
    static let attributes: Set<String> = ["type"]

    var type: String
    var name: String
    var description: String
    var memory: Quantity
    var currentMemory: Quantity
    var memoryBacking: MemoryBacking?
    var vcpu: Placement
    var iothreads: Int
    var cputune: CPUTuning
    var os: Boot
    var features: Features
    var cpu: CPU
    var clock: Clock
    var onPowerOff = "destroy"
    var onReboot = "destroy"
    var onCrash = "destroy"
    var devices: Devices
    var seclabel: SecurityLabel?

    enum CodingKeys: String, CodingKey {
        case type, name, description, memory, currentMemory, memoryBacking, vcpu, iothreads, cputune, os, features, cpu
        case clock
        case onPowerOff = "on_poweroff"
        case onReboot = "on_reboot"
        case onCrash = "on_crash"
        case devices, seclabel
    }

    struct Quantity: ElementWithAttributes {
        static let attributes: Set<String> = ["unit"]

        var unit: String
        var value: Int

        enum CodingKeys: String, CodingKey {
            case unit
            case value = ""
        }
    }

    /// What the memory is made of, and whether another process may see it.
    struct MemoryBacking: Encodable {
        var hugepages: Present?
        var source: Kind?
        var access: Mode?
    }

    struct Kind: ElementWithAttributes {
        static let attributes: Set<String> = ["type"]

        var type: String
    }

    struct Mode: ElementWithAttributes {
        static let attributes: Set<String> = ["mode"]

        var mode: String
    }

    struct Placement: ElementWithAttributes {
        static let attributes: Set<String> = ["placement"]

        var placement: String
        var count: Int

        enum CodingKeys: String, CodingKey {
            case placement
            case count = ""
        }
    }

    struct CPUTuning: Encodable {
        var vcpupin: [Pin]
        var emulatorpin: Pin?
        var iothreadpin: Pin?
        var period: Int?
        var quota: Int?
        var globalPeriod: Int?
        var globalQuota: Int?

        enum CodingKeys: String, CodingKey {
            case vcpupin, emulatorpin, iothreadpin, period, quota
            case globalPeriod = "global_period"
            case globalQuota = "global_quota"
        }
    }

    struct Pin: ElementWithAttributes {
        static let attributes: Set<String> = ["vcpu", "iothread", "cpuset"]

        var vcpu: Int?
        var iothread: Int?
        var cpuset: String
    }

    struct Boot: Encodable {
        var type: Machine
        /// Nil, all three, where the guest boots its own disk.
        var kernel: String?
        var initrd: String?
        var cmdline: String?
    }

    struct Machine: ElementWithAttributes {
        static let attributes: Set<String> = ["arch", "machine"]

        var arch: String
        var machine: String
        var kind: String

        enum CodingKeys: String, CodingKey {
            case arch, machine
            case kind = ""
        }
    }

    /// An element whose presence is all it says.
    struct Present: Encodable {}

    struct Features: Encodable {
        var acpi = Present()
        var apic = Present()
    }

    struct CPU: ElementWithAttributes {
        static let attributes: Set<String> = ["mode", "match", "check"]

        var mode: String
        var match: String?
        var check: String
        var model: CPUModel?
    }

    struct CPUModel: ElementWithAttributes {
        static let attributes: Set<String> = ["fallback"]

        var fallback: String
        var name: String

        enum CodingKeys: String, CodingKey {
            case fallback
            case name = ""
        }
    }

    struct Clock: ElementWithAttributes {
        static let attributes: Set<String> = ["offset"]

        var offset: String
        var timer: [Timer]
    }

    struct Timer: ElementWithAttributes {
        static let attributes: Set<String> = ["name", "tickpolicy", "present"]

        var name: String
        var tickpolicy: String?
        var present: String?
    }

    struct SecurityLabel: ElementWithAttributes {
        static let attributes: Set<String> = ["type", "model", "relabel"]

        var type: String
        var model: String
        var relabel: String
        var label: String
    }
}

/// An XML element some of whose properties are attributes.
protocol ElementWithAttributes: Encodable, DynamicNodeEncoding {
    /// Coding keys of those properties.
    static var attributes: Set<String> { get }
}

extension ElementWithAttributes {
    static func nodeEncoding(for key: any CodingKey) -> XMLEncoder.NodeEncoding {
        attributes.contains(key.stringValue) ? .attribute : .element
    }
}
