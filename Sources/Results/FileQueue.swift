import Dispatch

/// A thread outside Swift's cooperative pool for calls that block on files. With one CPU that pool has one thread,
/// and a slow disk would hold up signals and the display.
public final class FileQueue: SerialExecutor {
    private let queue: DispatchQueue

    /// Creates a queue; the label names its thread in debuggers.
    public init(label: String) {
        queue = DispatchQueue(label: "benchrun.\(label)")
    }

    /// Runs one job of an actor.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Runs a closure on the queue, after those before it, without waiting for it.
    public func async(_ work: @escaping @Sendable () -> Void) {
        queue.async(execute: work)
    }

    /// Runs a closure that blocks, on a thread of its own, to its end also when the caller is cancelled.
    public static func run<Value: Sendable, Failure: Error>(
        _ label: String,
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
            DispatchQueue(label: "benchrun.\(label)").async {
                continuation.resume(returning: Result { () throws(Failure) in try work() })
            }
        }
        return try result.get()
    }
}
