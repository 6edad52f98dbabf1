import CLinux
import Glibc
import Synchronization

/// A serial executor backed by one dedicated thread, for system calls and libraries that block.
///
/// An actor whose `unownedExecutor` is one of these may block in its methods without taking a thread of Swift's
/// cooperative pool away, of which there are as few as one. Errors that a library keeps per thread can be read
/// after the call that failed, as long as nothing is awaited in between.
/// The thread ends when the executor is no longer referenced and its queue is empty.
public final class BlockingExecutor: SerialExecutor {
    private let inbox = Inbox()

    /// Starts the thread.
    /// - Parameter name: shown by `ps -L`; the kernel keeps 15 bytes of it.
    public init(name: String) {
        let inbox = self.inbox
        DedicatedThread.start(name: name) { inbox.drain() }
    }

    deinit {
        inbox.close()
    }

    /// Queues a job of an actor.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // The executor stays alive until the job has run, also when the job ends the last actor that uses it.
        inbox.put { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// The reference that an actor's `unownedExecutor` returns.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// Runs a closure on the thread. A closure that has begun runs to its end, also when the task is cancelled.
    /// - Returns: what the closure returned.
    public func run<Success: Sendable>(
        _ body: @escaping @Sendable () throws -> Success
    ) async throws -> Success {
        try await withCheckedThrowingContinuation { continuation in
            inbox.put { [self] in
                withExtendedLifetime(self) { continuation.resume(with: Result(catching: body)) }
            }
        }
    }

    /// Runs a closure on the thread that learns when the task is cancelled.
    /// - Parameter body: calls its argument now and then; that throws `CancellationError` once the task is cancelled.
    /// - Returns: what the closure returned.
    public func run<Success: Sendable>(
        cancellable body: @escaping @Sendable (_ checkCancellation: () throws -> Void) throws -> Success
    ) async throws -> Success {
        let flag = Flag()
        return try await withTaskCancellationHandler {
            try await run {
                try body { if flag.isRaised { throw CancellationError() } }
            }
        } onCancel: {
            flag.raise()
        }
    }

    /// Runs a closure that cannot fail on the thread.
    /// - Returns: what the closure returned.
    public func run<Success: Sendable>(_ body: @escaping @Sendable () -> Success) async -> Success {
        await withCheckedContinuation { continuation in
            inbox.put { [self] in
                withExtendedLifetime(self) { continuation.resume(returning: body()) }
            }
        }
    }

    /// Raised in one thread, seen in another.
    private final class Flag: Sendable {
        private let raised = Atomic(false)

        var isRaised: Bool { raised.load(ordering: .relaxed) }
        func raise() { raised.store(true, ordering: .relaxed) }
    }

    /// Work waiting for the thread; the thread sleeps on the condition while there is none.
    private final class Inbox: Sendable {
        private struct State {
            var work: [@Sendable () -> Void] = []
            var isClosed = false
        }

        private let condition = ConditionLock(State())

        func put(_ item: @escaping @Sendable () -> Void) {
            condition.withLock { $0.work.append(item) }
        }

        func close() {
            condition.withLock { $0.isClosed = true }
        }

        /// Runs what is put until closed and empty.
        func drain() {
            while true {
                let batch = condition.waitUntil {
                    !$0.work.isEmpty || $0.isClosed
                } then: { state in
                    let batch = state.work
                    state.work = []
                    return batch
                }
                if batch.isEmpty { return }
                for item in batch { item() }
            }
        }
    }
}
