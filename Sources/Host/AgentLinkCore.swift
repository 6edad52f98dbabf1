import AgentProtocol
import BenchrunModel
import Glibc
import Synchronization

/// The state of one link, shared by its callers and the poll thread.
final class AgentLinkCore: PollSource {
    /// How many requests may be unanswered.
    static let maximumExchanges = 256
    /// At this many unsent bytes a peer that does not read gets no new requests.
    static let maximumOutbox = 4 << 20

    /// Who waits for the greeting, and until when.
    struct Greeted {
        var deadline: UInt64
        var limit: Duration
        var waiter: CheckedContinuation<(Hello, receivedAt: UInt64), any Error>
    }

    struct State {
        var parser = FrameParser()
        var outbox = FrameQueue()
        var nextID: UInt32 = 1
        var exchanges: [UInt32: AgentLinkExchange] = [:]
        /// Requests whose body is not sent yet, oldest first.
        var uploads: [UInt32] = []
        /// Ids whose task was cancelled before the request was submitted.
        var cancelledEarly: Set<UInt32> = []
        var greeting: (Hello, receivedAt: UInt64)?
        var greeted: [UInt32: Greeted] = [:]
        /// Output limits of spawned commands, by handle.
        var outputLimits: [UInt32: Int] = [:]
        /// Why the link ended.
        var end: AgentError?
        var isClosed = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    let name: String
    let poller: AgentLinkPoller
    let state = Mutex(State())
    private let input: Int32
    private let output: Int32

    init(name: String, input: Int32, output: Int32, poller: AgentLinkPoller) {
        self.name = name
        self.input = input
        self.output = output
        self.poller = poller
    }

    // MARK: The poll thread's side

    func interest(now: UInt64) -> PollInterest? {
        state.withLock { state -> PollInterest? in
            if state.end != nil {
                closeDescriptors(&state)
                return nil
            }
            expire(&state, now: now)
            refill(&state)
            var deadlines = state.exchanges.values.compactMap(\.deadline)
            deadlines += state.greeted.values.map(\.deadline)
            return PollInterest(
                reads: input,
                writes: state.outbox.isEmpty ? nil : output,
                deadline: deadlines.min()
            )
        }
    }

    func service(readable: Bool, writable: Bool, now: UInt64) {
        state.withLock { state in
            guard state.end == nil else { return }
            var broken: Int32?
            if writable {
                refill(&state)
                broken = send(&state)
            }
            // A peer that closed may have said why: what it sent is read before the link ends.
            if readable || broken != nil { receive(&state, now: now) }
            if let broken, state.end == nil {
                finish(&state, AgentError(.disconnected, subject: name, detail: String(cString: strerror(broken))))
            }
        }
    }

    /// Writes what the channel takes without waiting.
    /// - Returns: the errno for which it is broken, if it is.
    private func send(_ state: inout State) -> Int32? {
        var code: Int32 = 0
        state.outbox.drain { bytes in
            // The poll thread blocks SIGPIPE, so a closed peer is an errno here, for pipes as for sockets.
            let written = write(output, bytes.baseAddress, bytes.count)
            code = written < 0 ? errno : 0
            return written
        }
        return code == 0 || code == EAGAIN || code == EINTR ? nil : code
    }

    /// Reads a bounded amount, so that one flooding peer does not starve the others.
    private func receive(_ state: inout State, now: UInt64) {
        do {
            for _ in 0..<8 where state.end == nil {
                let received = withUnsafeTemporaryAllocation(byteCount: Frame.chunk, alignment: 8) { buffer in
                    let count = read(input, buffer.baseAddress, buffer.count)
                    if count > 0 { state.parser.append(buffer[..<count]) }
                    return count
                }
                if received < 0 {
                    if errno == EINTR { continue }
                    if errno != EAGAIN { disconnect(&state, String(cString: strerror(errno))) }
                    return
                }
                if received == 0 {
                    let rest = state.parser.pending
                    disconnect(&state, rest == 0 ? "the channel closed" : "the channel closed inside a frame")
                    return
                }
                while state.end == nil, let frame = try state.parser.next() {
                    try take(try Reply(frame), id: frame.id, &state, now: now)
                }
            }
        } catch {
            finish(&state, AgentError(.protocol, subject: name, detail: "\(error)"))
        }
    }

    private func take(_ reply: Reply, id: UInt32, _ state: inout State, now: UInt64) throws(ProtocolError) {
        if id == 0 {
            switch reply {
            case .hello(let hello) where state.greeting == nil:
                state.greeting = (hello, receivedAt: now)
                for waiting in state.greeted.values { waiting.waiter.resume(returning: (hello, receivedAt: now)) }
                state.greeted = [:]
            case .failure(let failure):
                let detail = failure.subject.isEmpty ? failure.detail : "\(failure.subject): \(failure.detail)"
                finish(&state, AgentError(.refused, subject: name, detail: detail))
            default: throw .field("request id")
            }
            return
        }
        guard state.greeting != nil else { throw .field("first message: it is not a greeting") }
        guard id < state.nextID else { throw .field("request id") }
        // Replies to a request that was given up may be on their way still.
        guard var exchange = state.exchanges.removeValue(forKey: id) else { return }
        var isLast = false
        defer { if !isLast { state.exchanges[id] = exchange } }
        isLast = try exchange.take(reply)
    }

    /// Gives up what took too long.
    private func expire(_ state: inout State, now: UInt64) {
        for (id, exchange) in state.exchanges where exchange.deadline.map({ $0 <= now }) ?? false {
            abandon(id, &state)
            exchange.waiter.resume(
                throwing: AgentError(.deadline, subject: name, detail: "\(exchange.subject): no answer in time")
            )
        }
        for (id, greeted) in state.greeted where greeted.deadline <= now {
            state.greeted[id] = nil
            let detail = "no greeting within \(greeted.limit); look at the instance's log or console"
            greeted.waiter.resume(throwing: AgentError(.deadline, subject: name, detail: detail))
        }
    }

    /// Moves pieces of bodies into the outbox while that is short.
    private func refill(_ state: inout State) {
        while state.outbox.count < 4 * Frame.chunk, let id = state.uploads.first {
            guard let piece = state.exchanges[id]?.nextPiece() else {
                state.uploads.removeFirst()
                continue
            }
            if let frame = try? Request.data(piece).frame(id: id) { state.outbox.append(frame) }
        }
    }

    private func disconnect(_ state: inout State, _ detail: String) {
        finish(&state, AgentError(.disconnected, subject: name, detail: detail))
    }

    /// Fails everything that waits. The poll thread closes the descriptors the next time it comes by.
    func finish(_ state: inout State, _ error: AgentError) {
        guard state.end == nil else { return }
        state.end = error
        for exchange in state.exchanges.values { exchange.waiter.resume(throwing: error) }
        for greeted in state.greeted.values { greeted.waiter.resume(throwing: error) }
        state.exchanges = [:]
        state.greeted = [:]
        state.uploads = []
        state.outbox = FrameQueue()
        state.parser = FrameParser()
    }

    private func closeDescriptors(_ state: inout State) {
        guard !state.isClosed else { return }
        state.isClosed = true
        Glibc.close(input)
        if output != input { Glibc.close(output) }
        for closer in state.closers { closer.resume() }
        state.closers = []
    }

    /// Forgets a request and tells the agent to end what it started for it.
    func abandon(_ id: UInt32, _ state: inout State) {
        state.exchanges[id] = nil
        state.uploads.removeAll { $0 == id }
        if let frame = try? Request.cancel.frame(id: id) { state.outbox.append(frame) }
    }
}
