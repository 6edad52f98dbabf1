/// The devices of a ``DomainDocument``.
struct Devices: Encodable {
    var emulator: String
    var disk: [Disk]
    var controller: [Controller]
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
    }

    struct DiskDriver: ElementWithAttributes {
        static let attributes: Set<String> = ["name", "type", "cache", "io", "iothread", "discard"]

        var name = "qemu"
        var type: String
        var cache: String
        var io: String
        var iothread: Int
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
        static let attributes: Set<String> = ["type", "model"]

        var type: String
        var model: String
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
