import AgentProtocol
import Glibc

/// Connects, sends and waits for the first byte of an answer, again and again until a limit passes.
final class ConnectProbe {
    private enum State {
        case idle(until: UInt64)
        case connecting
        case sending(Int)
        case listening
    }

    private static let pause: UInt64 = 1_000_000

    let deadline: UInt64
    let endpoint: Endpoint
    private let startedAt = Clock.now
    private let bytes: [UInt8]
    private var state = State.idle(until: 0)
    private(set) var descriptor: Int32 = -1
    /// Why the latest attempt failed.
    private(set) var reason = "no attempt was made"

    init(_ endpoint: Endpoint, bytes: [UInt8], limit: UInt64) {
        self.endpoint = endpoint
        self.bytes = bytes
        deadline = Clock.after(limit)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// What poll should wait for.
    var events: Int16 {
        switch state {
        case .idle: 0
        case .connecting, .sending: Int16(POLLOUT)
        case .listening: Int16(POLLIN)
        }
    }

    /// When it wants to be called although nothing happened.
    var wakeUp: UInt64 {
        if case .idle(let time) = state { min(time, deadline) } else { deadline }
    }

    /// Goes on as far as it gets without waiting.
    /// - Returns: nanoseconds from the first attempt to the answer, once there was one.
    func advance() -> UInt64? {
        while true {
            switch state {
            case .idle(let time):
                guard Clock.now >= time else { return nil }
                guard connect() else { return nil }
            case .connecting:
                guard isWritable else { return nil }
                var code: Int32 = 0
                var size = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
                guard code == 0 else {
                    retry(code)
                    return nil
                }
                state = .sending(0)
            case .sending(let offset):
                guard offset < bytes.count else {
                    state = .listening
                    continue
                }
                let count = bytes[offset...].withUnsafeBytes {
                    send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count < 0 {
                    if errno != EAGAIN { retry(errno) }
                    return nil
                }
                state = .sending(offset + count)
            case .listening:
                var byte: UInt8 = 0
                let count = recv(descriptor, &byte, 1, 0)
                if count == 1 { return Clock.now - startedAt }
                if count == 0 { retry(ECONNRESET) } else if errno != EAGAIN { retry(errno) }
                return nil
            }
        }
    }

    private var isWritable: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    /// - Returns: whether a connection is made or under way.
    private func connect() -> Bool {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let result: Int32
        switch endpoint {
        case .tcp(let port):
            descriptor = socket(AF_INET, type, 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            result = Self.connect(descriptor, &address)
        case .unix(let path):
            descriptor = socket(AF_UNIX, type, 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
                guard path.utf8.count < room.count else { return false }
                room.copyBytes(from: path.utf8)
                return true
            }
            guard fits else {
                retry(ENAMETOOLONG)
                return false
            }
            result = Self.connect(descriptor, &address)
        }
        if result == 0 || errno == EINPROGRESS {
            state = .connecting
            return true
        }
        retry(errno)
        return false
    }

    private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) -> Int32 {
        guard descriptor >= 0 else { return -1 }
        return withUnsafeBytes(of: &address) { raw in
            guard let base = raw.baseAddress else { return -1 }
            return Glibc.connect(
                descriptor,
                base.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<Address>.size)
            )
        }
    }

    private func retry(_ code: Int32) {
        reason = String(cString: strerror(code))
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        state = .idle(until: Clock.after(Self.pause))
    }
}
