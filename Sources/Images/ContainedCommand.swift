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
    private func follow(_ onLine: @escaping @Sendable (String) -> Void) async {
        var offset = 0
        while true {
            let isLast = Task.isCancelled
            let start = offset
            let lines = (try? await onOwnThread { try completeLines(from: start) }) ?? []
            offset = lines.last?.upperBound ?? offset
            for line in lines { onLine(line.text) }
            if isLast { return }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Lines that have their end, each with the offset of what follows it.
    private func completeLines(from offset: Int) throws -> [(text: String, upperBound: Int)] {
        let descriptor = open(log, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HostError.system("open", log) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = pread(descriptor, &bytes, bytes.count, off_t(offset))
        guard count >= 0 else { throw HostError.system("read", log) }
        var lines: [(text: String, upperBound: Int)] = []
        var start = 0
        while let end = bytes[start..<count].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append((String(decoding: bytes[start..<end], as: UTF8.self), offset + end + 1))
            start = end + 1
        }
        // A line that fills the buffer is not one that anybody waits for.
        if lines.isEmpty && count == bytes.count { lines.append(("", offset + count)) }
        return lines
    }
}
