import Glibc

/// An open file that is closed when its owner goes. Every call restarts after a signal and blocks: use it from a
/// thread of one's own.
struct FileDescriptor: ~Copyable {
    /// The file's path, for messages.
    let path: String
    private let number: Int32

    /// Opens a file.
    /// - Throws: ``ResultsError`` with the system's reason and the given next step.
    init(_ path: String, flags: Int32, mode: mode_t = 0o644, nextStep: String? = nil) throws(ResultsError) {
        self.path = path
        let number = Self.restarting { open(path, flags | O_CLOEXEC, mode) }
        guard number >= 0 else { throw Self.error(path, nextStep: nextStep) }
        self.number = number
    }

    deinit {
        close(number)
    }

    /// Size of the file in bytes.
    func size() throws(ResultsError) -> Int {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw Self.error(path) }
        return Int(status.st_size)
    }

    /// Reads what is there, at most the buffer's size; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ResultsError) -> Int {
        let count = Self.restarting { Glibc.read(number, buffer.baseAddress, buffer.count) }
        guard count >= 0 else { throw Self.error(path) }
        return count
    }

    /// Writes all bytes.
    func write(_ bytes: [UInt8], nextStep: String? = nil) throws(ResultsError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Self.restarting {
                    Glibc.write(number, buffer.baseAddress.map { $0 + written }, buffer.count - written)
                }
            }
            guard count >= 0 else { throw Self.error(path, nextStep: nextStep) }
            written += count
        }
    }

    /// Returns when the contents are on disk.
    func synchronize(nextStep: String? = nil) throws(ResultsError) {
        guard Self.restarting({ fsync(number) }) == 0 else { throw Self.error(path, nextStep: nextStep) }
    }

    /// Cuts the file to a length.
    func truncate(to length: Int) throws(ResultsError) {
        guard Self.restarting({ ftruncate(number, off_t(length)) }) == 0 else { throw Self.error(path) }
    }

    /// Reads part of the file without moving its position.
    func bytes(in range: Range<Int>) throws(ResultsError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var filled = 0
        while filled < range.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Self.restarting {
                    pread(
                        number,
                        buffer.baseAddress.map { $0 + filled },
                        range.count - filled,
                        off_t(range.lowerBound + filled)
                    )
                }
            }
            guard count >= 0 else { throw Self.error(path) }
            guard count > 0 else { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }

    /// Returns when a directory's entries are on disk.
    static func synchronize(directory: String) throws(ResultsError) {
        let file = try FileDescriptor(directory, flags: O_RDONLY | O_DIRECTORY)
        try file.synchronize()
    }

    /// The whole of a small file.
    static func contents(of path: String, nextStep: String? = nil) throws(ResultsError) -> [UInt8] {
        let file = try FileDescriptor(path, flags: O_RDONLY, nextStep: nextStep)
        return try file.bytes(in: 0..<file.size())
    }

    /// Replaces a file as one step: a reader sees the old contents or the new, also after a crash.
    static func replace(_ path: String, with bytes: [UInt8], nextStep: String? = nil) throws(ResultsError) {
        let temporary = "\(path).\(getpid()).new"
        do {
            let file = try FileDescriptor(temporary, flags: O_WRONLY | O_CREAT | O_TRUNC, nextStep: nextStep)
            try file.write(bytes, nextStep: nextStep)
            try file.synchronize(nextStep: nextStep)
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let failure = error(path, nextStep: nextStep)
            unlink(temporary)
            throw failure
        }
        try synchronize(directory: parent(of: path))
    }

    /// The directory that holds a path.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The system's last error as ours; full disks and missing rights get a next step of their own.
    static func error(_ path: String, nextStep: String? = nil) -> ResultsError {
        let number = errno
        let reason = String(cString: strerror(number))
        let detail = reason.prefix(1).lowercased() + reason.dropFirst()
        let next: String? =
            switch number {
            case ENOSPC, EDQUOT: nextStep ?? "free some space there and try again"
            case EACCES, EPERM, EROFS: "choose a folder that you may write to, or change its permissions"
            default: nextStep
            }
        return ResultsError(subject: path, detail: detail, nextStep: next)
    }

    private static func restarting<Result: FixedWidthInteger>(_ call: () -> Result) -> Result {
        while true {
            let result = call()
            if result != -1 || errno != EINTR { return result }
        }
    }
}
