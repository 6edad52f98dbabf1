/// An archive in cpio's "newc" form, which the kernel unpacks as initramfs
/// (Documentation/driver-api/early-userspace/buffer-format.rst). Everything belongs to root, at time 0; no hard links.
struct CpioArchive {
    private(set) var bytes: [UInt8] = []
    private var inode: UInt32 = 0

    /// S_IFDIR and so on, of which the archive's mode field is made.
    private enum Kind: UInt32 {
        case directory = 0o040000
        case file = 0o100000
        case character = 0o020000
        case link = 0o120000
    }

    /// Adds a directory; its parents must have been added before.
    mutating func addDirectory(_ path: String, mode: UInt32 = 0o755) {
        add(path, .directory, mode: mode, links: 2)
    }

    /// Adds a regular file.
    mutating func addFile(_ path: String, _ content: [UInt8], mode: UInt32 = 0o644) {
        add(path, .file, mode: mode, content: content)
    }

    /// Adds a character device.
    mutating func addDevice(_ path: String, major: UInt32, minor: UInt32, mode: UInt32 = 0o600) {
        add(path, .character, mode: mode, device: (major, minor))
    }

    /// Adds a symbolic link.
    mutating func addLink(_ path: String, to target: String) {
        add(path, .link, mode: 0o777, content: Array(target.utf8))
    }

    /// The archive with its end, padded to a whole block of 512 bytes.
    func finished() -> [UInt8] {
        var archive = self
        archive.append("TRAILER!!!", header: [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], content: [])
        archive.bytes += [UInt8](repeating: 0, count: (512 - archive.bytes.count % 512) % 512)
        return archive.bytes
    }

    private mutating func add(
        _ path: String,
        _ kind: Kind,
        mode: UInt32,
        links: UInt32 = 1,
        content: [UInt8] = [],
        device: (major: UInt32, minor: UInt32) = (0, 0)
    ) {
        inode += 1
        append(
            path,
            header: [
                inode, kind.rawValue | mode, 0, 0, links, 0, UInt32(content.count), 0, 0, device.major, device.minor,
            ],
            content: content
        )
    }

    /// Magic, then 13 numbers of 8 hexadecimal digits: those of `header`, the length of the name with its zero byte,
    /// and a checksum that this form leaves 0. Name and content each end on a multiple of 4.
    private mutating func append(_ name: String, header: [UInt32], content: [UInt8]) {
        let name = Array(name.utf8) + [0]
        bytes += Array("070701".utf8)
        for number in header + [UInt32(name.count), 0] {
            bytes += (0..<8).map { hexadecimal[Int(number >> (28 - 4 * UInt32($0)) & 15)] }
        }
        bytes += name
        pad()
        bytes += content
        pad()
    }

    private mutating func pad() {
        bytes += [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }
}

private let hexadecimal = Array("0123456789ABCDEF".utf8)
