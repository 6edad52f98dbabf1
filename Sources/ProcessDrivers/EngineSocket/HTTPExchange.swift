import Glibc
import Host

/// One request and its answer, on a connection and a thread of their own: nothing of Swift's pool waits for a server.
struct HTTPExchange: Sendable {
    /// `GET`, `POST`, ...
    var method: String
    /// Path and query, with everything escaped that has to be.
    var target: String
    /// More headers.
    var headers: [(name: String, value: String)] = []
    /// What follows the headers.
    var body: [UInt8] = []
    /// How long the whole may take.
    var limit = Duration.seconds(60)

    /// The request's bytes.
    /// - Parameter upgrades: whether the connection is to become a plain stream.
    func request(to address: HTTPAddress, upgrades: Bool = false) -> [UInt8] {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: \(address.host)"]
        lines += upgrades ? ["Connection: Upgrade", "Upgrade: tcp"] : ["Connection: close"]
        if !body.isEmpty || method != "GET" { lines.append("Content-Length: \(body.count)") }
        lines += headers.map { "\($0.name): \($0.value)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }

    /// Makes the request and reads the answer.
    /// - Throws: ``HTTPFailure``; `CancellationError`.
    func answer(from address: HTTPAddress) async throws -> HTTPAnswer {
        try await converse(with: address, request(to: address)) { descriptor, deadline in
            try HTTPAnswer { () throws(HTTPFailure) in try Self.receive(descriptor, deadline) }
        }.result
    }

    /// Makes the request and takes over the connection, which is the caller's to close.
    /// - Throws: ``HTTPFailure`` when the server does not let go of it; `CancellationError`.
    func upgrade(at address: HTTPAddress) async throws -> Int32 {
        let (answer, descriptor) = try await converse(
            with: address,
            request(to: address, upgrades: true),
            keeps: { (100..<200).contains($0.status) || $0.isSuccess }
        ) { descriptor, deadline in
            // Byte by byte, because what follows the head is not ours.
            var head: [UInt8] = []
            while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                let piece = try Self.receive(descriptor, deadline, atMost: 1)
                guard !piece.isEmpty else { throw HTTPFailure("the connection ended in the middle of an answer") }
                head += piece
                guard head.count < 16_384 else { throw HTTPFailure("an answer's head that does not end") }
            }
            return try HTTPAnswer(head: Array(head.dropLast(4)))
        }
        guard let descriptor else {
            throw HTTPFailure("the connection was not handed over (status \(answer.status))")
        }
        return descriptor
    }

    private func converse(
        with address: HTTPAddress,
        _ request: [UInt8],
        keeps: (HTTPAnswer) -> Bool = { _ in false },
        _ read: @escaping @Sendable (Int32, ContinuousClock.Instant) throws -> HTTPAnswer
    ) async throws -> (result: HTTPAnswer, descriptor: Int32?) {
        try Task.checkCancellation()
        let deadline = ContinuousClock.now + limit
        let descriptor = try address.connect(waiting: Int(limit.components.seconds))
        let result: Result<HTTPAnswer, any Error>
        do {
            let answer = try await withTaskCancellationHandler {
                try await BlockingExecutor(name: "engine-http").run {
                    try Self.send(request, to: descriptor)
                    return try read(descriptor, deadline)
                }
            } onCancel: {
                _ = shutdown(descriptor, Int32(SHUT_RDWR))
            }
            result = .success(answer)
        } catch {
            let cause: any Error = Task.isCancelled ? CancellationError() : error
            result = .failure(cause)
        }
        if case .success(let answer) = result, keeps(answer) {
            Self.unlimit(descriptor)
            return (answer, descriptor)
        }
        close(descriptor)
        return (try result.get(), nil)
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) throws(HTTPFailure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                throw HTTPFailure("the request was not taken", errno)
            }
        }
    }

    /// Empty at the end of the stream.
    private static func receive(
        _ descriptor: Int32,
        _ deadline: ContinuousClock.Instant,
        atMost most: Int = 65_536
    ) throws(HTTPFailure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: most)
        while true {
            guard ContinuousClock.now < deadline else { throw HTTPFailure("no answer in time") }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count >= 0 { return Array(buffer[..<count]) }
            guard errno == EINTR else { throw HTTPFailure("no answer", errno) }
        }
    }

    /// A stream that is quiet for long is as it should be.
    private static func unlimit(_ descriptor: Int32) {
        var none = timeval(tv_sec: 0, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &none, socklen_t(MemoryLayout<timeval>.size))
        }
    }
}
