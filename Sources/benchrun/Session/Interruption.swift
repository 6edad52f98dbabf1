import Host

/// Runs an operation that SIGINT, SIGTERM or SIGHUP cancels, and answers a signal at once.
enum Interruption {
    /// Cancels the operation on the first signal; a further one says what is still being done.
    /// - Parameter onSignal: called with the number of signals so far; must not block.
    static func watching<Success: Sendable>(
        onSignal: @escaping @Sendable (Int) -> Void, _ operation: @escaping @Sendable () async throws -> Success
    ) async throws -> Success {
        let work = Task { try await operation() }
        let watcher = Task {
            var count = 0
            for await _ in SignalSource.signals() {
                count += 1
                onSignal(count)
                work.cancel()
            }
        }
        defer { watcher.cancel() }
        return try await work.value
    }
}
