import CLinux
import Glibc

/// Asks whether a daemon listens, in microseconds and without a word of its protocol.
enum UnixSocket {
    /// The longest path that fits into an address, without the closing zero.
    static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// Tries to connect and hangs up.
    static func state(_ path: String) -> SocketState {
        connected(path) { _ in }.state
    }

    /// The process that listens; nil where none does.
    static func listener(_ path: String) -> Int32? {
        connected(path) { cl_peer_process($0) }.result.flatMap { $0 > 0 ? $0 : nil }
    }

    private static func connected<Result>(
        _ path: String,
        _ use: (Int32) -> Result
    ) -> (state: SocketState, result: Result?) {
        guard path.utf8.count <= longestPath else { return (.missing, nil) }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return (.silent, nil) }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            bytes.copyBytes(from: path.utf8)
        }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        if status == 0 { return (.listening, use(descriptor)) }
        return switch errno {
        // Its queue is full: it listens, and is busy.
        case EAGAIN, EINPROGRESS: (.listening, nil)
        case EACCES, EPERM: (.denied, nil)
        case ENOENT, ENOTDIR: (.missing, nil)
        default: (.silent, nil)
        }
    }
}
