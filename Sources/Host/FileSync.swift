import Glibc

/// Waiting for the disk, on a thread of its own.
public enum FileSync {
    private static let executor = BlockingExecutor(name: "file-sync")

    /// Waits until what was written to a file is on its disk. The descriptor must stay open until this returns.
    /// - Throws: ``HostError`` when the disk refused it; what was written may then be lost.
    public static func file(_ descriptor: Int32, named name: String) async throws {
        try await executor.run { try synchronize(descriptor, named: name) }
    }

    /// Waits until a file's or directory's content is on its disk.
    /// - Throws: ``HostError`` when it cannot be opened or the disk refused it.
    public static func path(_ path: String) async throws {
        try await executor.run {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw HostError(subject: path, detail: "cannot be opened: \(String(cString: strerror(errno)))")
            }
            defer { close(descriptor) }
            try synchronize(descriptor, named: path)
        }
    }

    /// Writes back everything the host has not written yet, on all file systems.
    public static func everything() async {
        await executor.run { sync() }
    }

    static func synchronize(_ descriptor: Int32, named name: String) throws {
        while fsync(descriptor) != 0 {
            if errno == EINTR { continue }
            throw HostError(
                subject: name,
                detail: "not written to disk: \(String(cString: strerror(errno)))",
                nextStep: "check the disk's free space and health"
            )
        }
    }
}
