import ArgumentParser
import Glibc
import Host
import Synchronization

/// Ends what benchrun does when SIGINT, SIGTERM or SIGHUP arrives. The signal is answered by a thread of its own,
/// which waits for no task: at once, however busy the rest is.
enum Interruption {
    /// Called with the signal's name and the number of signals so far; must not block.
    typealias Answer = @Sendable (_ signal: String, _ count: Int) -> Void

    /// What became of an operation that a signal may have cancelled.
    struct Outcome<Success: Sendable>: Sendable {
        var result: Result<Success, any Error>
        var isInterrupted: Bool

        /// The result, where no signal arrived.
        var value: Success {
            get throws {
                if isInterrupted { throw CancellationError() }
                return try result.get()
            }
        }
    }

    private struct State {
        var count = 0
        var answer: Answer?
    }

    private static let state = Mutex(State())

    /// Routes the signals; called first thing in `main`, before any other thread exists.
    static func install() throws {
        try SignalSource.install { arrived($0) }
    }

    /// Cancels the operation on the first signal; a further one is only answered.
    static func watching<Success: Sendable>(
        _ answer: @escaping Answer,
        _ operation: @escaping @Sendable () async throws -> Success
    ) async -> Outcome<Success> {
        let work = Task { try await operation() }
        state.withLock { state in
            state.answer = { signal, count in
                answer(signal, count)
                work.cancel()
            }
        }
        let result = await work.result
        state.withLock { $0.answer = nil }
        return Outcome(result: result, isInterrupted: work.isCancelled)
    }

    private static func arrived(_ number: Int32) {
        let (answer, count) = state.withLock { state in
            state.count += 1
            return (state.answer, state.count)
        }
        guard let answer else {
            // Nothing is under way that would have to be undone.
            Terminal.error("benchrun: interrupted")
            Glibc._exit(ExitStatus.interrupted.rawValue)
        }
        answer(SignalSource.name(of: number), count)
    }
}
