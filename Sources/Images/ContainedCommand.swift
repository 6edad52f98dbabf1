import Foundation
import Glibc
import Host

/// A long host command in process and mount namespaces of its own: its end, also that of benchrun by SIGKILL, ends
/// everything it started, and nothing it mounted is ever seen outside.
struct ContainedCommand: Sendable {
    var arguments: [String]
    /// Added to this process's environment.
    var environment: [String: String]
    /// Where standard output and standard error go.
    var log: String

    /// Runs it to its end.
    /// - Parameter onLine: called for each complete line of the log, a few times a second.
    /// - Returns: its status as in `CommandResult`.
    /// - Throws: `HostError` when it cannot be started, `CancellationError` when the task is cancelled; then
    ///   nothing of it runs any more.
    func run(onLine: @escaping @Sendable (String) -> Void) async throws -> Int32 {
        let whole = ProcessInfo.processInfo.environment.merging(environment) { _, own in own }
        let process = try await ChildProcess.start(
            [
                "setpriv", "--pdeathsig", "KILL", "--", "unshare", "--mount", "--pid", "--fork", "--kill-child",
                "--mount-proc", "--",
            ] + arguments,
            environment: whole,
            output: .file(log),
            error: .file(log)
        )
        let status = await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await follow(onLine) }
                let status = await process.waitForExit()
                group.cancelAll()
                return status
            }
        } onCancel: {
            // The first process of a process namespace takes all others with it, at once.
            process.send(signal: SIGKILL)
        }
        try Task.checkCancellation()
        return status
    }

    /// Reads what is new in the log until the task is cancelled, and then once more.
    private func follow(_ onLine: @Sendable (String) -> Void) async {
        let descriptor = open(log, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            let isLast = Task.isCancelled
            while case let count = read(descriptor, &chunk, chunk.count), count > 0 {
                pending += chunk[..<count]
                while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                    onLine(String(decoding: pending[..<end], as: UTF8.self))
                    pending.removeFirst(end + 1)
                }
            }
            if isLast { return }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }
}
