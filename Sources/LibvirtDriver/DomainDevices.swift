/// The devices of a ``DomainDocument``.
struct Devices: Encodable {
    var emulator: String
    var disk: [Disk]
    var controller: [Controller]
    var filesystem: [SharedDirectory]?
    var interface: [Interface]?
    var channel: [Channel]
    var serial: [Serial]
    var memballoon = Model(model: "none")

    struct Disk: ElementWithAttributes {
        static let attributes: Set<String> = ["type", "device"]

        var type = "file"
        var device = "disk"
        var driver: DiskDriver
        var source: File
        var target: DiskTarget
        var readonly: DomainDocument.Present?
    }

    struct DiskDriver: ElementWithAttributes {
        static let attributes: Set<String> = ["name", "type", "cache", "io", "iothread", "discard"]

        var name = "qemu"
        var type: String
        var cache: String
        var io: String
        /// Nil where the controller has it.
        var iothread: Int?
        // The guest may ask for discards as on the host; the blocks stay written all the same.
        var discard = "ignore"
    }

    struct File: ElementWithAttributes {
        static let attributes: Set<String> = ["file"]

        var file: String
    }

    struct DiskTarget: ElementWithAttributes {
        static let attributes: Set<String> = ["dev", "bus"]

        var dev: String
        var bus = "virtio"
    }

    struct Controller: ElementWithAttributes {
        static let attributes: Set<String> = ["type", "index", "model"]

        var type: String
        var index: Int?
        var model: String
        var driver: ControllerDriver?
    }

    struct ControllerDriver: ElementWithAttributes {
        static let attributes: Set<String> = ["iothread"]

        var iothread: Int
    }

    /// A directory of the host that virtiofsd shows to the guest.
    struct SharedDirectory: ElementWithAttributes {
        static let attributes: Set<String> = ["type"]

        var type = "mount"
        var driver = DomainDocument.Kind(type: "virtiofs")
        var source: Directory
        /// The tag by which the guest mounts it.
        var target: Directory
    }

    struct Directory: ElementWithAttributes {
        static let attributes: Set<String> = ["dir"]

        var dir: String
    }

    struct Interface: ElementWithAttributes {
        static let attributes: Set<String> = ["type"]

        var type: String
        var source: Bridge?
        var model = DomainDocument.Kind(type: "virtio")
    }

    struct Bridge: ElementWithAttributes {
        static let attributes: Set<String> = ["bridge"]

        var bridge: String
    }

    struct Channel: ElementWithAttributes {
        static let attributes: Set<String> = ["type"]

        var type = "unix"
        var source: ChannelSource
        var target: ChannelTarget
    }

    struct ChannelSource: ElementWithAttributes {
        static let attributes: Set<String> = ["mode", "path"]

        var mode = "connect"
        var path: String
    }

    struct ChannelTarget: ElementWithAttributes {
        static let attributes: Set<String> = ["type", "name"]

        var type = "virtio"
        var name: String
    }

    struct Serial: ElementWithAttributes {
        static let attributes: Set<String> = ["type"]

        var type = "file"
        var source: Path
        var target: Port
    }

    struct Path: ElementWithAttributes {
        static let attributes: Set<String> = ["path"]

        var path: String
    }

    struct Port: ElementWithAttributes {
        static let attributes: Set<String> = ["port"]

        var port: Int
    }

    struct Model: ElementWithAttributes {
        static let attributes: Set<String> = ["model"]

        var model: String
    }
}
