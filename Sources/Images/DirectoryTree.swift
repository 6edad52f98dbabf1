import Glibc
import Host

/// A directory and all below it, walked by descriptors, so that no symbolic link inside is ever followed.
enum DirectoryTree {
    /// One thing in a tree.
    struct Item {
        /// Open descriptor of the directory that holds it.
        let parent: Int32
        /// Its name in there.
        let name: String
        /// Its path below the tree's top, without a leading slash.
        let path: String
        let status: stat

        var isDirectory: Bool { status.st_mode & S_IFMT == S_IFDIR }
        var isRegularFile: Bool { status.st_mode & S_IFMT == S_IFREG }
    }

    /// Visits everything below `top`, a directory after what is in it. Does not enter other file systems.
    /// - Parameter closed: called for a directory that this user may not read; by default that is an error.
    static func visit(
        _ top: String,
        closed: ((Item) throws -> Void)? = nil,
        _ body: (Item) throws -> Void
    ) throws {
        let descriptor = open(top, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw HostError.system("open", top) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            defer { close(descriptor) }
            throw HostError.system("stat", top)
        }
        try visit(descriptor, prefix: "", device: status.st_dev, top: top, closed, body)
    }

    /// Deletes a tree. One that is not there is no error; one with something mounted in it is refused.
    static func remove(_ top: String) throws {
        var status = stat()
        guard lstat(top, &status) == 0 else {
            if errno == ENOENT { return }
            throw HostError.system("stat", top)
        }
        if let mount = try mounts(below: top).first {
            throw HostError(
                subject: "images",
                detail: "\(top) cannot be deleted: something is mounted at \(mount)",
                nextStep: "run 'umount \(mount)' and try again"
            )
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            try visit(top) { try remove($0, top: top) }
            guard rmdir(top) == 0 || errno == ENOENT else { throw HostError.system("delete", top) }
        } else {
            guard unlink(top) == 0 || errno == ENOENT else { throw HostError.system("delete", top) }
        }
    }

    /// Deletes everything below `top` for which `isUnwanted` holds. A directory goes only when it is then empty.
    static func remove(below top: String, where isUnwanted: (Item) -> Bool) throws {
        try visit(top) { item in
            if isUnwanted(item) { try remove(item, top: top) }
        }
    }

    /// How many things are below `top`, and how many bytes they take on disk; of what this user may read, where
    /// `isWhole` is false.
    static func measure(_ top: String) throws -> (count: Int, bytes: Int, isWhole: Bool) {
        var count = 0
        var bytes = 0
        var isWhole = true
        try visit(top, closed: { _ in isWhole = false }) { item in
            count += 1
            // A file with several names is counted once for each; the error is small and the answer stable.
            bytes += Int(item.status.st_blocks) * 512
        }
        return (count, bytes, isWhole)
    }

    /// Mount points at or below a path, deepest first, from the kernel's table.
    static func mounts(below top: String) throws -> [String] {
        guard let resolved = realpath(top, nil) else { return [] }
        defer { free(resolved) }
        let prefix = String(cString: resolved)
        let table = String(decoding: try FileBytes.read("/proc/self/mountinfo"), as: UTF8.self)
        return table.split(separator: "\n").compactMap { line -> String? in
            let fields = line.split(separator: " ", maxSplits: 5)
            guard fields.count > 4 else { return nil }
            let point = unescape(fields[4])
            return point == prefix || point.hasPrefix(prefix + "/") ? point : nil
        }.sorted { $0.count > $1.count }
    }

    /// The kernel writes space, tab, newline and backslash in its tables as octal numbers.
    private static func unescape(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(3), as: UTF8.self)
            if byte == UInt8(ascii: "\\"), digits.utf8.count == 3, let code = UInt8(digits, radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func remove(_ item: Item, top: String) throws {
        guard unlinkat(item.parent, item.name, item.isDirectory ? AT_REMOVEDIR : 0) == 0 else {
            // A directory that keeps something wanted, or that another process was quicker to delete.
            if errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST { return }
            throw HostError.system("delete", "\(top)/\(item.path)")
        }
    }

    /// Takes ownership of `descriptor`.
    private static func visit(
        _ descriptor: Int32,
        prefix: String,
        device: dev_t,
        top: String,
        _ closed: ((Item) throws -> Void)?,
        _ body: (Item) throws -> Void
    ) throws {
        guard let stream = fdopendir(descriptor) else {
            defer { close(descriptor) }
            throw HostError.system("read", "\(top)/\(prefix)")
        }
        defer { closedir(stream) }
        for name in try names(stream, at: "\(top)/\(prefix)") {
            var status = stat()
            guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                if errno == ENOENT { continue }
                throw HostError.system("stat", "\(top)/\(prefix)\(name)")
            }
            guard status.st_dev == device else { continue }
            let item = Item(parent: descriptor, name: name, path: prefix + name, status: status)
            if item.isDirectory {
                let child = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                if child >= 0 {
                    try visit(child, prefix: item.path + "/", device: device, top: top, closed, body)
                } else if errno == EACCES, let closed {
                    try closed(item)
                } else {
                    throw HostError.system("open", "\(top)/\(item.path)")
                }
            }
            try body(item)
        }
    }

    /// Names in an open directory, sorted, without itself and its parent.
    static func names(_ stream: OpaquePointer, at path: String) throws -> [String] {
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw HostError.system("read", path) }
        return names.sorted()
    }
}
