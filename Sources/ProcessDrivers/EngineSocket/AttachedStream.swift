import Glibc
import Host
import Synchronization

/// A container's standard input and output on one connection to the engine.
///
/// What goes in is plain; what comes out is cut into frames (a byte for the stream, three zero bytes, four bytes of
/// length, the content), which a thread of its own takes apart: standard output goes to the agent's link, standard
/// error to a file. The connection's descriptor is shared with the link, which made it non-blocking.
final class AttachedStream: ContainerChannel, Sendable {
    private struct State {
        var isOpen = true
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let connection: Int32
    private let state = Mutex(State())

    /// Takes over an upgraded connection.
    /// - Parameters:
    ///   - name: what the link's errors call the container.
    ///   - log: the file that takes its standard error.
    /// - Returns: the link to the agent and what holds it.
    static func open(
        _ connection: Int32,
        name: String,
        log: String
    ) throws -> (link: AgentLink, channel: AttachedStream) {
        let ends: (link: Int32, child: Int32)
        do {
            ends = try AgentLink.spawnPair()
        } catch {
            close(connection)
            throw error
        }
        let sink = ends.child
        let link: AgentLink
        do {
            // Closes both also when it throws.
            link = try AgentLink(name: name, input: ends.link, output: fcntl(connection, F_DUPFD_CLOEXEC, 3))
        } catch {
            close(sink)
            close(connection)
            throw error
        }
        let stream = AttachedStream(connection)
        DedicatedThread.start(name: "attached") {
            stream.pump(into: sink, log: log)
        }
        return (link, stream)
    }

    private init(_ connection: Int32) {
        self.connection = connection
    }

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func end(within limit: Duration) async {
        let killer = Task {
            try await Task.sleep(for: limit)
            drop()
        }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.isOpen { state.waiters.append(continuation) }
                return !state.isOpen
            }
            if isOver { continuation.resume() }
        }
        killer.cancel()
    }

    /// The thread then finds the end of the stream, and closes the descriptor.
    func drop() {
        state.withLock { state in
            if state.isOpen { _ = shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    // MARK: - The thread

    private func pump(into sink: Int32, log: String) {
        let errors = Glibc.open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        while let header = read(8) {
            let length = header[4...].reduce(0) { $0 << 8 | Int($1) }
            var left = length
            var isWritten = true
            while left > 0, isWritten, let piece = read(min(left, 65_536)) {
                left -= piece.count
                // What is said on standard error is for people, and may be lost.
                isWritten = header[0] == 2 ? Self.save(piece, in: errors) : Self.send(piece, to: sink)
            }
            if left > 0 { break }
        }
        if errors >= 0 { close(errors) }
        close(sink)
        let waiters = state.withLock { state in
            state.isOpen = false
            close(connection)
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Exactly so many bytes; nil where the stream ends before.
    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var have = 0
        while have < count {
            let got = bytes[have...].withUnsafeMutableBytes { recv(connection, $0.baseAddress, $0.count, 0) }
            if got > 0 {
                have += got
            } else if got == 0 {
                return nil
            } else if errno == EAGAIN {
                var wait = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
                poll(&wait, 1, -1)
            } else if errno != EINTR {
                return nil
            }
        }
        return bytes
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    private static func save(_ bytes: [UInt8], in file: Int32) -> Bool {
        bytes.withUnsafeBytes { _ = Glibc.write(file, $0.baseAddress, $0.count) }
        return true
    }
}
