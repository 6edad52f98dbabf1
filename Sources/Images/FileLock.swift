import Glibc
import Host
import Synchronization

/// An advisory lock (flock) on a file. The kernel drops it when its holder ends, however it ends.
///
/// The file stays: deleting a file that others may be about to lock would let two of them in.
final class FileLock: Sendable {
    enum Kind { case shared, exclusive }

    private let descriptor: Mutex<Int32?>

    private init(descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    /// Takes the lock if that is possible at once.
    /// - Parameter signed: whether to leave this process's id in the file, for those who then have to wait.
    /// - Returns: nil when another holder is in the way.
    static func attempt(_ kind: Kind, at path: String, signed: Bool = false) throws -> FileLock? {
        var descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        // Somebody else's cache can be used without being written.
        if descriptor < 0, !signed { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw HostError.system("open", path) }
        let operation = kind == .shared ? LOCK_SH : LOCK_EX
        while flock(descriptor, operation | LOCK_NB) != 0 {
            let error = errno
            if error == EINTR { continue }
            close(descriptor)
            if error == EWOULDBLOCK { return nil }
            throw HostError.system("lock", path, error: error)
        }
        let lock = FileLock(descriptor: descriptor)
        if signed { lock.recordHolder() }
        return lock
    }

    /// Takes the lock exclusively and signed, waiting for as long as another holds it. Asks again a few times a
    /// second instead of blocking a thread, which also lets a cancelled task leave.
    /// - Parameter busy: called once a second while waiting, with the holder's process id where it is known.
    static func acquire(_ path: String, busy: @Sendable (Int32?) -> Void = { _ in }) async throws -> FileLock {
        var tries = 0
        while true {
            if let lock = try attempt(.exclusive, at: path, signed: true) { return lock }
            if tries.isMultiple(of: 10) { busy(holder(of: path)) }
            tries += 1
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// The process id that the last holder who signed left in the file.
    static func holder(of path: String) -> Int32? {
        let text = try? String(decoding: FileBytes.read(path, limit: 32), as: UTF8.self)
        return text.flatMap { Int32($0.filter { $0.isNumber }) }
    }

    /// Lets go. Idempotent.
    func release() {
        descriptor.withLock { descriptor in
            if let descriptor {
                // Not by closing alone: a child that is just being started holds a copy until it executes.
                flock(descriptor, LOCK_UN)
                close(descriptor)
            }
            descriptor = nil
        }
    }

    private func recordHolder() {
        descriptor.withLock { descriptor in
            guard let descriptor, ftruncate(descriptor, 0) == 0 else { return }
            let text = Array("\(getpid())\n".utf8)
            _ = pwrite(descriptor, text, text.count, 0)
        }
    }
}
