import Glibc

/// Where a server of this host listens.
enum HTTPAddress: Sendable, Equatable, CustomStringConvertible {
    /// A Unix socket's path.
    case unix(String)
    /// A port of 127.0.0.1.
    case loopback(UInt16)

    var description: String {
        switch self {
        case .unix(let path): path
        case .loopback(let port): "127.0.0.1:\(port)"
        }
    }

    /// What a request's `Host` says.
    var host: String {
        switch self {
        case .unix: "localhost"
        case .loopback: description
        }
    }

    /// A connected socket, whose calls wait at most so many seconds each. Waits that long itself where the server's
    /// queue is full.
    /// - Throws: ``HTTPFailure``.
    func connect(waiting seconds: Int) throws(HTTPFailure) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(isUnix ? AF_UNIX : AF_INET, type, 0)
        guard descriptor >= 0 else { throw HTTPFailure("no socket", errno) }
        var limit = timeval(tv_sec: max(1, seconds), tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard attach(descriptor) == 0 else {
            let code = errno
            close(descriptor)
            throw HTTPFailure("\(self) takes no connection", code)
        }
        return descriptor
    }

    private var isUnix: Bool {
        if case .unix = self { return true }
        return false
    }

    private func attach(_ descriptor: Int32) -> Int32 {
        switch self {
        case .unix(let path):
            var address = sockaddr_un()
            guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
                errno = ENAMETOOLONG
                return -1
            }
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            return Self.connect(descriptor, &address)
        case .loopback(let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
            return Self.connect(descriptor, &address)
        }
    }

    private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// A port of 127.0.0.1 that nobody listens at now; nil where there is none.
    static func freePort() -> UInt16? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(descriptor, raw, size) == 0 ? getsockname(descriptor, raw, &size) : -1
            }
        }
        return status == 0 ? UInt16(bigEndian: address.sin_port) : nil
    }
}

/// Why a server was not reached, or what it said could not be read.
struct HTTPFailure: Error, Sendable, Equatable, CustomStringConvertible {
    let description: String

    init(_ words: String, _ code: Int32? = nil) {
        // A wait that ran out.
        let reason = code.map {
            [EAGAIN, EWOULDBLOCK].contains($0) ? "no answer in time" : String(cString: strerror($0))
        }
        description = reason.map { "\(words): \($0)" } ?? words
    }
}
