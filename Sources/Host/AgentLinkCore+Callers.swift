import AgentProtocol
import BenchrunModel
import Synchronization

/// The callers' side: each method may be used from any task, and none blocks.
extension AgentLinkCore {
    /// What a caller wants sent and how it wants to wait.
    struct Submission: Sendable {
        var request: Request
        var subject: String
        var limit: Duration?
        var body: [UInt8] = []
        var outputLimit: Int?
        var feed: AsyncStream<[UInt8]>.Continuation?
    }

    /// Sends a request and waits for its last reply.
    func exchange(_ submission: Submission) async throws -> AgentLinkAnswer {
        let id = try reserveID(submission.subject)
        defer { state.withLock { _ = $0.cancelledEarly.remove(id) } }
        let answer = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in submit(submission, id: id, waiter: waiter) }
        } onCancel: {
            cancel(id)
        }
        if case .failure(let failure) = answer.reply {
            let kind: AgentError.Kind = failure.kind == .deadline ? .deadline : .refused
            throw AgentError(kind, subject: name, detail: "\(failure.subject): \(failure.detail)")
        }
        return answer
    }

    /// Waits for the greeting.
    func greeting(within limit: Duration) async throws -> (Hello, receivedAt: UInt64) {
        let id = try reserveID("hello")
        defer { state.withLock { _ = $0.cancelledEarly.remove(id) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                state.withLock { state in
                    if let greeting = state.greeting {
                        waiter.resume(returning: greeting)
                    } else if let end = state.end {
                        waiter.resume(throwing: end)
                    } else if state.cancelledEarly.contains(id) {
                        waiter.resume(throwing: CancellationError())
                    } else {
                        let deadline = RawClock.now().advanced(by: limit)
                        state.greeted[id] = Greeted(deadline: deadline, limit: limit, waiter: waiter)
                    }
                }
                poller.wake()
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Ends the link because of an answer that does not fit its question.
    func refuse(_ reply: Reply, to subject: String) -> AgentError {
        let error = AgentError(.protocol, subject: name, detail: "\(subject): an answer of the wrong kind")
        end(error)
        return error
    }

    /// Fails everything that waits, and lets the poll thread close the descriptors.
    func end(_ error: AgentError) {
        state.withLock { finish(&$0, error) }
        poller.wake()
    }

    /// As ``end(_:)``; returns when the descriptors are closed.
    func close() async {
        await withCheckedContinuation { closer in
            state.withLock { state in
                finish(&state, AgentError(.disconnected, subject: name, detail: "closed by benchrun"))
                if state.isClosed { closer.resume() } else { state.closers.append(closer) }
            }
            poller.wake()
        }
    }

    private func reserveID(_ subject: String) throws(AgentError) -> UInt32 {
        let id = state.withLock { state -> UInt32 in
            guard state.nextID < .max else { return 0 }
            defer { state.nextID += 1 }
            return state.nextID
        }
        guard id != 0 else {
            throw AgentError(.refused, subject: name, detail: "\(subject): request ids are used up; open a new link")
        }
        return id
    }

    private func submit(
        _ submission: Submission,
        id: UInt32,
        waiter: CheckedContinuation<AgentLinkAnswer, any Error>
    ) {
        state.withLock { state in
            if let end = state.end { return waiter.resume(throwing: end) }
            if state.cancelledEarly.contains(id) { return waiter.resume(throwing: CancellationError()) }
            let frame: Frame
            do {
                frame = try submission.request.frame(id: id)
            } catch {
                let detail = "\(submission.subject): \(error)"
                return waiter.resume(throwing: AgentError(.refused, subject: name, detail: detail))
            }
            guard state.exchanges.count < Self.maximumExchanges, state.outbox.count < Self.maximumOutbox else {
                let detail = "\(submission.subject): too much is unanswered; the agent does not keep up"
                return waiter.resume(throwing: AgentError(.refused, subject: name, detail: detail))
            }
            state.outbox.append(frame)
            if !submission.body.isEmpty { state.uploads.append(id) }
            state.exchanges[id] = AgentLinkExchange(
                subject: submission.subject,
                deadline: submission.limit.map { RawClock.now().advanced(by: $0) },
                body: submission.body,
                limit: submission.outputLimit,
                feed: submission.feed,
                waiter: waiter
            )
        }
        poller.wake()
    }

    private func cancel(_ id: UInt32) {
        state.withLock { state in
            if let exchange = state.exchanges[id] {
                abandon(id, &state)
                exchange.waiter.resume(throwing: CancellationError())
            } else if let greeted = state.greeted.removeValue(forKey: id) {
                greeted.waiter.resume(throwing: CancellationError())
            } else {
                state.cancelledEarly.insert(id)
            }
        }
        poller.wake()
    }
}
