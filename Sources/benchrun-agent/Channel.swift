import AgentProtocol
import Glibc

/// The agent's side of the conversation. Neither direction ever waits.
struct Channel {
    /// Above this many unsent bytes nothing is taken in that would add to them.
    static let patience = 1 << 20

    let input: Int32
    let output: Int32
    private var parser = FrameParser()
    private var queue = FrameQueue()

    init(input: Int32, output: Int32) throws(SystemError) {
        for descriptor in [input, output] {
            let flags = try check(fcntl(descriptor, F_GETFL), "channel")
            try check(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK), "channel")
        }
        self.input = input
        self.output = output
    }

    /// How many bytes wait to be sent.
    var backlog: Int { queue.count }

    mutating func send(_ reply: Reply, to id: UInt32) {
        do {
            queue.append(try reply.frame(id: id))
        } catch {
            let failure = Failure(subject: "reply", detail: "\(error)")
            if let frame = try? Reply.failure(failure).frame(id: id) { queue.append(frame) }
        }
    }

    /// Sends a long text in pieces.
    mutating func send(_ bytes: [UInt8], to id: UInt32, as reply: ([UInt8]) -> Reply) {
        for start in stride(from: 0, to: bytes.count, by: Frame.chunk) {
            send(reply(Array(bytes[start..<min(start + Frame.chunk, bytes.count)])), to: id)
        }
    }

    /// Takes in what has arrived, a bounded amount.
    /// - Returns: false when the peer is gone.
    mutating func receive() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: Frame.chunk, alignment: 8) { buffer in
            let count = read(input, buffer.baseAddress, buffer.count)
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            parser.append(buffer[..<count])
            return true
        }
    }

    /// The next request that has arrived whole.
    mutating func next() throws(ProtocolError) -> (id: UInt32, request: Request)? {
        guard let frame = try parser.next() else { return nil }
        return (frame.id, try Request(frame))
    }

    /// Sends what the peer takes.
    /// - Returns: false when the peer is gone.
    mutating func flush() -> Bool {
        var code: Int32 = 0
        queue.drain { bytes in
            let written = write(output, bytes.baseAddress, bytes.count)
            code = written < 0 ? errno : 0
            return written
        }
        return code == 0 || code == EAGAIN || code == EINTR
    }

    /// Sends everything, but waits no longer than the limit in milliseconds for a peer that does not read.
    mutating func finish(within limit: Int) {
        let deadline = Clock.now + UInt64(limit) * 1_000_000
        while flush(), backlog > 0, Clock.now < deadline {
            var descriptor = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
            poll(&descriptor, 1, 10)
        }
    }
}
