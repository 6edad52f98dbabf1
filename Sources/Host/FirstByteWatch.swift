import CLinux
import Glibc
import Synchronization

/// Notes when a file gets its first byte, without looking at it until then.
///
/// A guest's console tells nobody when a kernel began to speak: the emulator writes what it hears into a file at once,
/// and the host's kernel says so (inotify).
public final class FirstByteWatch: Sendable {
    private let found = Mutex<UInt64?>(nil)
    private let stopper: Int32

    /// Watches an existing, empty file. ``stop()`` must be called in the end.
    /// - Returns: nil where the host's kernel has no watch to give.
    public init?(_ path: String) {
        stopper = cl_eventfd()
        guard stopper >= 0 else { return nil }
        let notices = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard notices >= 0, inotify_add_watch(notices, path, UInt32(IN_MODIFY)) >= 0 else {
            if notices >= 0 { close(notices) }
            close(stopper)
            return nil
        }
        DedicatedThread.start(name: "first-byte") { [self] in
            wait(notices, path)
            close(notices)
        }
    }

    deinit {
        close(stopper)
    }

    /// When the first byte was there, in nanoseconds of CLOCK_MONOTONIC_RAW; nil while there is none.
    public var time: UInt64? { found.withLock { $0 } }

    /// Ends the watch. Idempotent.
    public func stop() {
        var one: UInt64 = 1
        _ = write(stopper, &one, MemoryLayout<UInt64>.size)
    }

    private func wait(_ notices: Int32, _ path: String) {
        while true {
            var descriptors = [
                pollfd(fd: notices, events: Int16(POLLIN), revents: 0),
                pollfd(fd: stopper, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&descriptors, 2, -1)
            let now = RawClock.now()
            if count < 0, errno == EINTR { continue }
            guard count > 0, descriptors[1].revents == 0 else { return }
            // That the emulator opens the file is a change, too.
            var status = stat()
            if stat(path, &status) == 0, status.st_size > 0 {
                found.withLock { $0 = now }
                return
            }
            withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
                _ = read(notices, buffer.baseAddress, buffer.count)
            }
        }
    }
}
