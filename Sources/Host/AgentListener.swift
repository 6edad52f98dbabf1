import BenchrunModel
import CLinux
import Glibc

/// Waits for the agent of a guest on a Unix socket that the hypervisor connects to: it must listen before the
/// guest is made.
public final class AgentListener: Sendable {
    /// Where it listens.
    public let path: String
    private let core: AgentListenerCore

    /// Listens. A socket that a dead process left at the path is replaced; any other file is an error.
    /// - Throws: ``AgentError`` with the path and the reason.
    public init(path: String) throws {
        let poller = try AgentLinkPoller.shared.get()
        let socket = Glibc.socket(
            AF_UNIX,
            Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
            0
        )
        do {
            guard socket >= 0 else { throw Self.error(path) }
            var address = try Self.address(path)
            var status = stat()
            if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
            let bound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                    bind(socket, raw, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            guard bound == 0, listen(socket, 8) == 0 else { throw Self.error(path) }
        } catch {
            if socket >= 0 { Glibc.close(socket) }
            throw error
        }
        self.path = path
        core = AgentListenerCore(path: path, socket: socket, poller: poller)
        poller.add(core)
    }

    deinit {
        core.close()
    }

    /// Waits for the next connection.
    /// - Parameters:
    ///   - name: what the link's errors call the instance.
    ///   - limit: how long to wait.
    /// - Throws: ``AgentError``, or `CancellationError` when the calling task is cancelled.
    public func accept(name: String, within limit: Duration) async throws -> AgentLink {
        let descriptor = try await core.accept(name: name, within: limit)
        return try AgentLink(name: name, input: descriptor, output: descriptor)
    }

    /// Stops listening and removes the socket; who waits gets an error. Idempotent.
    public func close() {
        core.close()
    }

    private static func address(_ path: String) throws(AgentError) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard bytes.count < room.count, !bytes.isEmpty, !bytes.contains(0) else { return false }
            room.copyBytes(from: bytes)
            return true
        }
        guard fits else {
            let detail = "a socket's path has 1 to 107 bytes; use a shorter state directory"
            throw AgentError(.refused, subject: path, detail: detail)
        }
        return address
    }

    private static func error(_ path: String) -> AgentError {
        AgentError(.refused, subject: path, detail: "cannot listen: \(String(cString: strerror(errno)))")
    }
}
