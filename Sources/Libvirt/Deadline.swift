#if Libvirt
internal import Synchronization

/// Waiting for a blocking call no longer than a given time.
public enum Deadline {
    /// Runs `work` and waits for it until `limit` has passed or the calling task is cancelled. A blocked C call
    /// cannot be interrupted, so `work` then goes on unattended, and `late` gets what it returns after all.
    /// - Returns: the result; nil when the limit passed.
    public static func run<Value: Sendable>(
        within limit: Duration,
        _ work: @escaping @Sendable () async throws -> Value,
        late: @escaping @Sendable (Value) async -> Void = { _ in }
    ) async throws -> Value? {
        let answer = SingleAnswer<Value?>()
        let alarm = Task {
            try await Task.sleep(for: limit)
            answer.give(.success(nil))
        }
        defer { alarm.cancel() }
        Task {
            do {
                let value = try await work()
                if !answer.give(.success(value)) { await late(value) }
            } catch {
                answer.give(.failure(error))
            }
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { answer.wait($0) }
        } onCancel: {
            answer.give(.failure(CancellationError()))
        }
    }
}

/// An answer that only its first giver decides.
private final class SingleAnswer<Value: Sendable>: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Value, any Error>)
        case given(Result<Value, any Error>)
        case taken
    }

    private let state = Mutex(State.open)

    /// - Returns: false when there was an answer already.
    @discardableResult
    func give(_ result: Result<Value, any Error>) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, CheckedContinuation<Value, any Error>?) in
            switch state {
            case .open:
                state = .given(result)
                return (true, nil)
            case .waiting(let continuation):
                state = .taken
                return (true, continuation)
            case .given, .taken:
                return (false, nil)
            }
        }
        continuation?.resume(with: result)
        return isFirst
    }

    func wait(_ continuation: CheckedContinuation<Value, any Error>) {
        let result = state.withLock { state -> Result<Value, any Error>? in
            guard case .given(let result) = state else {
                state = .waiting(continuation)
                return nil
            }
            state = .taken
            return result
        }
        if let result { continuation.resume(with: result) }
    }
}
#endif
