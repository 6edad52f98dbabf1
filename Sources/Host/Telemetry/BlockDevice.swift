import Glibc

/// The block device under a directory, and the file system on it.
struct BlockDevice: Sendable, Equatable {
    /// The name of the whole disk, `vda`.
    let disk: String
    /// The name of what the file system is on, `vda` or `vda1`.
    let part: String

    /// Finds it; nil where the directory is on none (tmpfs, a network) or on several (btrfs, an overlay).
    init?(under directory: String) {
        var status = stat()
        guard stat(directory, &status) == 0 else { return nil }
        let number = status.st_dev
        // As glibc's gnu_dev_major and gnu_dev_minor, which Swift does not see.
        let major = (number >> 8) & 0xFFF | (number >> 32) & ~0xFFF
        let minor = number & 0xFF | (number >> 12) & ~0xFF
        guard let path = Self.resolved("/sys/dev/block/\(major):\(minor)") else { return nil }
        self.init(path: path, isPartition: KernelFile.exists(path + "/partition"))
    }

    /// From the device's directory in /sys: `…/block/vda`, `…/block/vda/vda1`, `…/nvme/nvme0/nvme0n1/nvme0n1p2`.
    init?(path: String, isPartition: Bool) {
        let names = path.split(separator: "/").map(String.init)
        guard let last = names.last, !isPartition || names.count > 1 else { return nil }
        part = last
        disk = isPartition ? names[names.count - 2] : last
    }

    /// Bytes and operations of the whole disk, and the bytes that the file system has written since it was mounted.
    func counters() -> [String: UInt64] {
        var counters = Self.counters(KernelFile.value("/sys/block/\(disk)/stat") ?? "")
        let written = KernelFile.value("/sys/fs/ext4/\(part)/session_write_kbytes").flatMap { UInt64($0) }
        counters["scratch.written"] = written.map { $0 << 10 }
        return counters
    }

    /// Reads /sys/block/NAME/stat, whose sectors are 512 bytes whatever the device's own are.
    static func counters(_ text: String) -> [String: UInt64] {
        let fields = text.split(separator: " ").map { UInt64($0) }
        let names = [
            (0, "io.read-operations", 1), (2, "io.read", 512), (4, "io.write-operations", 1), (6, "io.write", 512),
            (15, "io.flushes", 1),
        ]
        var counters: [String: UInt64] = [:]
        for (index, name, unit) in names where index < fields.count {
            counters[name] = fields[index].map { $0 &* UInt64(unit) }
        }
        return counters
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
