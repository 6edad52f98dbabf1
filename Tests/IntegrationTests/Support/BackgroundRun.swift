import Foundation
import Glibc
import Host
import Synchronization

/// A benchrun that a test watches while it runs: its progress lines are the events that the test waits for.
final class BackgroundRun: Sendable {
    private let process: ChildProcess
    private let progress: ProgressLines
    private let outputFile: String

    var pid: Int32 { process.pid }

    private init(process: ChildProcess, progress: ProgressLines, outputFile: String) {
        self.process = process
        self.progress = progress
        self.outputFile = outputFile
    }

    /// Starts benchrun, lets a test work beside it, and ends it if it still runs then.
    static func within<Success>(
        _ arguments: [String],
        in sandbox: Sandbox,
        environment: [String: String] = [:],
        _ body: (BackgroundRun) async throws -> Success
    ) async throws -> Success {
        let run = try await start(arguments, in: sandbox, environment: environment)
        let result: Result<Success, any Error>
        do {
            result = .success(try await body(run))
        } catch {
            result = .failure(error)
        }
        // It removes what it started before it ends.
        await run.process.stop(grace: .seconds(60))
        return try result.get()
    }

    private static func start(
        _ arguments: [String],
        in sandbox: Sandbox,
        environment: [String: String]
    ) async throws -> BackgroundRun {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Unexpected("a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let outputFile = sandbox.directory + "/output-" + String(UInt32.random(in: 0...UInt32.max), radix: 36)
        defer { close(ends[1]) }
        let all = ProcessInfo.processInfo.environment.merging(sandbox.environment) { $1 }.merging(environment) { $1 }
        let process: ChildProcess
        do {
            process = try await ChildProcess.start(
                ["env", "-C", Machine.packageDirectory] + arguments,
                environment: all,
                output: .file(outputFile),
                error: .descriptor(ends[1])
            )
        } catch {
            close(ends[0])
            throw error
        }
        return BackgroundRun(process: process, progress: ProgressLines(reading: ends[0]), outputFile: outputFile)
    }

    /// The first line of standard error, past or to come, that contains a text.
    /// - Throws: ``Unexpected`` with everything it said when it ends without one.
    func line(containing text: String) async throws -> String {
        guard let line = await progress.first(containing: text) else {
            throw Unexpected("a line with '\(text)', but benchrun said:\n\(progress.text)")
        }
        return line.text
    }

    /// The first line of standard error that contains a text and was read after a moment.
    func line(containing text: String, after moment: UInt64) async throws -> ProgressLines.Line {
        guard let line = await progress.first(containing: text, after: moment) else {
            throw Unexpected("a further line with '\(text)', but benchrun said:\n\(progress.text)")
        }
        return line
    }

    /// What it has said on standard error.
    var lines: [ProgressLines.Line] { progress.lines }

    /// Waits for its end.
    func end() async throws -> Invocation {
        let status = await process.waitForExit()
        await progress.waitForEnd()
        let output = try String(contentsOfFile: outputFile, encoding: .utf8)
        return Invocation(status: status, output: output, errors: progress.text)
    }
}

/// Lines as they come out of a pipe, and tasks that wait for one of them.
final class ProgressLines: Sendable {
    /// A line, and when it was read on the host's clock, in nanoseconds.
    struct Line: Sendable {
        var text: String
        var at: UInt64
    }

    private struct Waiter {
        /// Nil waits for the end.
        var text: String?
        var after: UInt64
        var continuation: CheckedContinuation<Line?, Never>

        func wants(_ line: Line) -> Bool {
            line.at > after && text.map { line.text.contains($0) } ?? false
        }
    }

    private struct State {
        var lines: [Line] = []
        var isEnded = false
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())

    /// Reads to the end on a thread of its own, and closes the descriptor.
    init(reading descriptor: Int32) {
        Thread.detachNewThread { [self] in
            guard let stream = fdopen(descriptor, "r") else { return end() }
            var buffer: UnsafeMutablePointer<CChar>?
            var size = 0
            while getline(&buffer, &size, stream) > 0, let buffer {
                let text = String(cString: buffer).trimmingCharacters(in: .newlines)
                add(Line(text: text, at: RawClock.now()))
            }
            free(buffer)
            fclose(stream)
            end()
        }
    }

    var lines: [Line] { state.withLock { $0.lines } }

    var text: String { lines.map(\.text).joined(separator: "\n") }

    /// Nil when the stream ends without such a line.
    func first(containing text: String, after moment: UInt64 = 0) async -> Line? {
        await wait(for: text, after: moment)
    }

    func waitForEnd() async {
        _ = await wait(for: nil, after: 0)
    }

    private func wait(for text: String?, after moment: UInt64) async -> Line? {
        await withCheckedContinuation { continuation in
            let waiter = Waiter(text: text, after: moment, continuation: continuation)
            state.withLock { state in
                if let line = state.lines.first(where: waiter.wants) {
                    continuation.resume(returning: line)
                } else if state.isEnded {
                    continuation.resume(returning: nil)
                } else {
                    state.waiters.append(waiter)
                }
            }
        }
    }

    private func add(_ line: Line) {
        state.withLock { state in
            state.lines.append(line)
            for waiter in state.waiters where waiter.wants(line) { waiter.continuation.resume(returning: line) }
            state.waiters.removeAll { $0.wants(line) }
        }
    }

    private func end() {
        state.withLock { state in
            state.isEnded = true
            for waiter in state.waiters { waiter.continuation.resume(returning: nil) }
            state.waiters = []
        }
    }
}
