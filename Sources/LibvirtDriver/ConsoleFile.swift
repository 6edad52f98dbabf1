import BenchrunModel
import Foundation
import Glibc
import Host

/// A guest's console as the file that the emulator writes, watched as it grows.
struct ConsoleFile: Sendable {
    let path: String

    /// What is kept of a line that has no end yet.
    private static let longestLine = 4096

    /// Waits until a line matches, complete or not. Sleeps until something is written.
    /// - Parameter checkCancellation: called a few times a second; what it throws ends the waiting.
    /// - Returns: the host's clock when the line was seen; nil when the limit passed.
    func line(
        matching pattern: String,
        within limit: Duration,
        checkCancellation: () throws -> Void
    ) throws -> UInt64? {
        let expression = try Regex(pattern)
        let watch = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard watch >= 0 else { throw failure("watch", errno) }
        defer { close(watch) }
        guard inotify_add_watch(watch, path, UInt32(IN_MODIFY)) >= 0 else { throw failure("watch", errno) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", errno) }
        defer { close(descriptor) }
        let deadline = ContinuousClock.now + limit
        var pending: [UInt8] = []
        while true {
            try checkCancellation()
            let fresh = try read(descriptor)
            let seenAt = RawClock.now()
            pending += fresh
            if !fresh.isEmpty {
                for line in lines(&pending) where line.contains(expression) { return seenAt }
                continue
            }
            if ContinuousClock.now >= deadline { return nil }
            var wait = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
            poll(&wait, 1, 200)
            drain(watch)
        }
    }

    /// Lines with their ends taken out of what was read, and the last one, which stays, as it is now. What could drive
    /// a terminal is not part of a line.
    private func lines(_ pending: inout [UInt8]) -> [String] {
        var parts = pending.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let last = parts.popLast() ?? []
        pending = Array(last.suffix(Self.longestLine))
        return (parts + [pending[...]]).map { bytes in
            String(decoding: bytes.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
        }
    }

    private func read(_ descriptor: Int32) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        if count < 0 && errno == EINTR { return [] }
        guard count >= 0 else { throw failure("read", errno) }
        return Array(bytes[..<count])
    }

    /// Takes what the watch has told off its queue.
    private func drain(_ watch: Int32) {
        var events = [UInt8](repeating: 0, count: 4096)
        while Glibc.read(watch, &events, events.count) > 0 {}
    }

    private func failure(_ verb: String, _ number: Int32) -> DriverError {
        DriverError(subject: "libvirt/console", detail: "cannot \(verb) \(path): \(String(cString: strerror(number)))")
    }
}
