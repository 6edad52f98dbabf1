import BenchrunModel
import CLinux
import Glibc
import Synchronization

/// The state of a listener, shared by its callers and the poll thread.
final class AgentListenerCore: PollSource {
    private struct Waiter {
        var name: String
        var deadline: UInt64
        var limit: Duration
        var continuation: CheckedContinuation<Int32, any Error>
    }

    private struct State {
        var nextID: UInt64 = 0
        var waiters: [UInt64: Waiter] = [:]
        var cancelledEarly: Set<UInt64> = []
        var isEnded = false
    }

    private let path: String
    private let socket: Int32
    private let poller: AgentLinkPoller
    private let state = Mutex(State())

    init(path: String, socket: Int32, poller: AgentLinkPoller) {
        self.path = path
        self.socket = socket
        self.poller = poller
    }

    func interest(now: UInt64) -> PollInterest? {
        state.withLock { state -> PollInterest? in
            guard !state.isEnded else {
                Glibc.close(socket)
                return nil
            }
            for (id, waiter) in state.waiters where waiter.deadline <= now {
                state.waiters[id] = nil
                let detail = "nothing connected to \(path) within \(waiter.limit); look at the instance's log"
                waiter.continuation.resume(throwing: AgentError(.deadline, subject: waiter.name, detail: detail))
            }
            let deadline = state.waiters.values.map(\.deadline).min()
            return PollInterest(reads: deadline == nil ? nil : socket, writes: nil, deadline: deadline)
        }
    }

    func service(readable: Bool, writable: Bool, now: UInt64) {
        state.withLock { state in
            guard !state.isEnded, let id = state.waiters.keys.min() else { return }
            let descriptor = cl_accept(socket)
            if descriptor < 0, [EAGAIN, EINTR, ECONNABORTED].contains(errno) { return }
            guard let waiter = state.waiters.removeValue(forKey: id) else { return }
            if descriptor >= 0 {
                waiter.continuation.resume(returning: descriptor)
            } else {
                let detail = "accept on \(path): \(String(cString: strerror(errno)))"
                waiter.continuation.resume(throwing: AgentError(.refused, subject: waiter.name, detail: detail))
            }
        }
    }

    /// Waits for a connection; the caller owns the descriptor.
    func accept(name: String, within limit: Duration) async throws -> Int32 {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        defer { state.withLock { _ = $0.cancelledEarly.remove(id) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { state in
                    if state.isEnded {
                        continuation.resume(throwing: Self.closed(name))
                    } else if state.cancelledEarly.contains(id) {
                        continuation.resume(throwing: CancellationError())
                    } else {
                        let deadline = RawClock.now().advanced(by: limit)
                        state.waiters[id] = Waiter(
                            name: name,
                            deadline: deadline,
                            limit: limit,
                            continuation: continuation
                        )
                    }
                }
                poller.wake()
            }
        } onCancel: {
            state.withLock { state in
                if let waiter = state.waiters.removeValue(forKey: id) {
                    waiter.continuation.resume(throwing: CancellationError())
                } else {
                    state.cancelledEarly.insert(id)
                }
            }
        }
    }

    func close() {
        state.withLock { state in
            guard !state.isEnded else { return }
            state.isEnded = true
            unlink(path)
            for waiter in state.waiters.values { waiter.continuation.resume(throwing: Self.closed(waiter.name)) }
            state.waiters = [:]
        }
        poller.wake()
    }

    private static func closed(_ name: String) -> AgentError {
        AgentError(.disconnected, subject: name, detail: "the listener was closed")
    }
}
