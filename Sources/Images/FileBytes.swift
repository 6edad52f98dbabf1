import Glibc
import Host

/// Whole files, read and written through the system calls so that an error keeps its errno.
enum FileBytes {
    /// Reads a file, or its first `limit` bytes.
    static func read(_ path: String, limit: Int = .max) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HostError.system("open", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(limit, 1 << 20))
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
            if count < 0 {
                if errno == EINTR { continue }
                throw HostError.system("read", path)
            }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }

    /// Writes a file that does not exist yet. Never follows a symbolic link at its end.
    static func create(_ path: String, _ bytes: [UInt8] = [], mode: mode_t = 0o644, synced: Bool = false) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw HostError.system("create", path) }
        defer { close(descriptor) }
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw HostError.system("write", path)
            }
            offset += count
        }
        guard fchmod(descriptor, mode) == 0 else { throw HostError.system("chmod", path) }
        if synced, fsync(descriptor) != 0 { throw HostError.system("fsync", path) }
    }

    /// Replaces a file in one step: who reads it sees the old bytes or the new ones.
    static func replace(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o644) throws {
        let draft = "\(path).new-\(getpid())"
        unlink(draft)
        try create(draft, bytes, mode: mode, synced: true)
        guard rename(draft, path) == 0 else { throw HostError.system("rename", draft) }
    }

    /// Size of a regular file in bytes; nil where there is none.
    static func size(_ path: String) -> Int? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// When the file was last modified, in seconds since 1970; nil where there is none.
    static func modified(_ path: String) -> Int? {
        var status = stat()
        return lstat(path, &status) == 0 ? Int(status.st_mtim.tv_sec) : nil
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Makes a directory and its parents, readable by all: emulators and daemons run as other users.
    static func makeDirectories(_ path: String) throws {
        if isDirectory(path) { return }
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        if !parent.isEmpty { try makeDirectories(path.hasPrefix("/") ? "/" + parent : parent) }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw HostError.system("mkdir", path) }
    }

    /// Sets the time of last use.
    static func touch(_ path: String) {
        utimensat(AT_FDCWD, path, nil, 0)
    }

    /// Makes a rename in a directory survive a power failure.
    static func syncDirectory(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HostError.system("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw HostError.system("fsync", path) }
    }

    /// Writes everything of the file system that holds `path` to its device.
    static func syncFileSystem(of path: String) async throws {
        try await HostCommand(["sync", "--file-system", path], timeLimit: .seconds(1800)).check()
    }
}

extension HostError {
    /// A failed system call on a path.
    static func system(_ call: String, _ path: String, error: Int32 = errno) -> HostError {
        let reason = String(cString: strerror(error))
        let next: String? =
            switch error {
            case ENOSPC, EDQUOT: "free some space, for instance with 'benchrun image prune'"
            case EACCES, EPERM, EROFS: "check its permissions, or set XDG_CACHE_HOME to a directory you can write"
            default: nil
            }
        return HostError(subject: "images", detail: "cannot \(call) \(path): \(reason)", nextStep: next)
    }
}
