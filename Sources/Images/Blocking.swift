import Foundation

/// Runs work that blocks (file trees, synchronisation) on a thread of its own, so that none of Swift's few
/// cooperative threads is held. The work runs to its end also when the calling task is cancelled.
func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
            continuation.resume(with: Result { try work() })
        }
        thread.name = "benchrun-images"
        thread.start()
    }
}
