import Host
import Synchronization

/// Runs an operation that SIGINT, SIGTERM or SIGHUP cancels, and answers a signal at once.
enum Interruption {
    private static let source = Mutex<SignalSource?>(nil)

    /// Routes the signals; called first thing in `main`, before any other thread exists.
    static func install() throws {
        let installed = try SignalSource.install()
        source.withLock { $0 = installed }
    }

    /// Cancels the operation on the first signal; a further one says what is still being done.
    /// - Parameter onSignal: called with the number of signals so far; must not block.
    static func watching<Success: Sendable>(
        onSignal: @escaping @Sendable (Int) -> Void,
        _ operation: @escaping @Sendable () async throws -> Success
    ) async throws -> Success {
        let work = Task { try await operation() }
        let signals = source.withLock { $0?.signals }
        let watcher = Task {
            guard let signals else { return }
            var count = 0
            for await _ in signals {
                count += 1
                onSignal(count)
                work.cancel()
            }
        }
        defer { watcher.cancel() }
        return try await work.value
    }
}
