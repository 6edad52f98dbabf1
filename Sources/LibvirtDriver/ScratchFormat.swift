import Foundation

/// How a scratch disk is formatted and mounted, so that it resembles the file system that scratch directories are on.
struct ScratchFormat: Sendable, Equatable {
    /// File system type of the scratch disk.
    var type: String
    /// Whether it has a journal.
    var hasJournal: Bool
    /// Mount options inside the guest.
    var options: [String]
    /// How it differs from the host's file system; nil where it does not.
    var difference: String?

    /// Types that the guest's kernel has built in, all made by mke2fs.
    private static let types: Set<String> = ["ext4", "ext3", "ext2"]
    /// Options that change how ext4 works and mean the same to every kernel since 5.0.
    private static let flags: Set<String> = [
        "rw", "relatime", "noatime", "strictatime", "nodiratime", "lazytime", "sync", "dirsync", "discard",
        "nodiscard", "barrier", "nobarrier", "delalloc", "nodelalloc", "auto_da_alloc", "noauto_da_alloc",
        "dioread_lock", "dioread_nolock", "journal_checksum", "journal_async_commit",
    ]
    private static let values: Set<String> = [
        "data", "commit", "barrier", "min_batch_time", "max_batch_time", "inode_readahead_blks", "auto_da_alloc",
    ]

    /// The format that resembles a mounted file system.
    /// - Parameter hasJournal: whether the mounted file system has one, where it is an ext4.
    init(like mount: MountedFileSystem, hasJournal: Bool) {
        guard Self.types.contains(mount.type) else {
            type = "ext4"
            self.hasJournal = true
            let times = mount.options.filter { ["relatime", "noatime", "nodiratime", "lazytime"].contains($0) }
            options = ["rw"] + times
            difference = "scratch directories are on \(mount.type), the guest's scratch disk is ext4"
            return
        }
        type = mount.type
        self.hasJournal = mount.type != "ext2" && hasJournal
        options = []
        for option in mount.options + mount.superOptions where !options.contains(option) {
            let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
            let isKnown =
                parts.count == 1
                ? Self.flags.contains(option) : Self.values.contains(parts[0]) && Self.isWord(parts[1])
            if isKnown { options.append(option) }
        }
        difference = nil
    }

    /// Values go into the guest kernel's command line.
    private static func isWord(_ value: String) -> Bool {
        !value.isEmpty
            && value.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 >= 0x30 && $0 <= 0x39 }
    }

    /// Arguments of mke2fs for a disk of this format. Nothing is left to be done by the guest later.
    func formatCommand(_ disk: String) -> [String] {
        var command = ["mke2fs", "-q", "-F", "-t", type]
        if type == "ext4" && !hasJournal { command += ["-O", "^has_journal"] }
        return command + ["-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard", disk]
    }

    /// Without this mke2fs clears tables with FALLOC_FL_ZERO_RANGE, which turns written blocks of the disk's file
    /// back into unwritten ones, and the guest pays for it.
    static let formatEnvironment = ["UNIX_IO_NOZEROOUT": "1"]

    /// The format that resembles the file system of a directory of this host.
    static func like(directory: String) -> ScratchFormat {
        let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        let path = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
        let mount = MountedFileSystem.containing(path, in: mounts) ?? .unknown
        return ScratchFormat(like: mount, hasJournal: hasJournal(mount))
    }

    /// Whether a mounted ext4 has a journal: jbd2 lists each as `DEVICE-INODE`.
    private static func hasJournal(_ mount: MountedFileSystem) -> Bool {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/fs/jbd2") else { return true }
        // The source may be a name that no longer exists, such as /dev/root; the number is the device's.
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/sys/dev/block/\(mount.device)")
        let source = URL(fileURLWithPath: mount.source).resolvingSymlinksInPath().path
        let devices = [link, source].compactMap { $0?.split(separator: "/").last.map(String.init) }
        return names.contains { name in devices.contains { name.hasPrefix($0 + "-") } }
    }
}

/// A mounted file system.
struct MountedFileSystem: Sendable, Equatable {
    /// Where it is mounted.
    var path: String
    /// Type.
    var type: String
    /// What is mounted: a device's path, and its number as `MAJOR:MINOR`.
    var source: String, device: String
    /// Options of the mount.
    var options: [String]
    /// Options of the file system.
    var superOptions: [String]

    /// For a path that no mount holds.
    static let unknown = MountedFileSystem(
        path: "/",
        type: "unknown",
        source: "",
        device: "",
        options: [],
        superOptions: []
    )

    /// The file system that holds a path, which has no symbolic links in it.
    /// - Parameter mounts: text of /proc/self/mountinfo.
    static func containing(_ path: String, in mounts: String) -> MountedFileSystem? {
        var found: MountedFileSystem?
        for mount in all(mounts) {
            let isAbove = path == mount.path || path.hasPrefix(mount.path == "/" ? "/" : mount.path + "/")
            // Of mounts on one another the last one counts.
            if isAbove, mount.path.utf8.count >= found?.path.utf8.count ?? 0 { found = mount }
        }
        return found
    }

    /// The lines of /proc/self/mountinfo; those that are not understood are left out.
    static func all(_ mounts: String) -> [MountedFileSystem] {
        mounts.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
            return MountedFileSystem(
                path: unescaped(fields[4]),
                type: String(fields[dash + 1]),
                source: unescaped(fields[dash + 2]),
                device: String(fields[2]),
                options: words(fields[5]),
                superOptions: words(fields[dash + 3])
            )
        }
    }

    private static func words(_ field: Substring) -> [String] { field.split(separator: ",").map(String.init) }

    /// The kernel writes blanks, tabs, line ends and backslashes as three octal digits.
    private static func unescaped(_ field: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ScratchFormat {
    /// For a report: `ext4 without journal, rw,relatime`.
    var summary: String {
        "\(type)\(hasJournal ? "" : " without journal"), \(options.joined(separator: ","))"
    }
}
