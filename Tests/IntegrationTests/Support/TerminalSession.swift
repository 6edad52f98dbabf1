import Foundation
import Glibc
import Host
import Synchronization

/// A terminal of 100 by 30 characters with a program in it, as a person has it: what is typed goes through the
/// kernel's line discipline, so that Ctrl-C reaches the whole foreground group.
final class TerminalSession: Sendable {
    /// A piece of output, and when it was read on the host's clock, in nanoseconds.
    struct Piece: Sendable {
        var text: String
        var at: UInt64
    }

    /// From `asm-generic/ioctls.h`, whose macros Swift cannot read.
    private enum Request {
        /// `TIOCSPTLCK`, `_IOW('T', 0x31, int)`.
        static let unlock: UInt = 0x4004_5431
        /// `TIOCGPTN`, `_IOR('T', 0x30, unsigned int)`.
        static let number: UInt = 0x8004_5430
    }

    private let process: ChildProcess
    private let terminal: Int32
    private let pieces = Mutex<[Piece]>([])
    private let ended = Atomic(false)

    private init(process: ChildProcess, terminal: Int32) {
        self.process = process
        self.terminal = terminal
    }

    /// Starts a program in a new terminal, lets a test work beside it, and ends it if it still runs then.
    static func within<Success>(
        _ arguments: [String],
        in sandbox: Sandbox,
        _ body: (TerminalSession) async throws -> Success
    ) async throws -> Success {
        let session = try await start(arguments, in: sandbox)
        let result: Result<Success, any Error>
        do {
            result = .success(try await body(session))
        } catch {
            result = .failure(error)
        }
        await session.process.stop(grace: .seconds(60))
        return try result.get()
    }

    private static func start(_ arguments: [String], in sandbox: Sandbox) async throws -> TerminalSession {
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var locked: Int32 = 0
        var number: Int32 = -1
        guard
            terminal >= 0, ioctl(terminal, Request.unlock, &locked) == 0,
            ioctl(terminal, Request.number, &number) == 0
        else { throw Unexpected("a terminal") }
        let end = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard end >= 0 else { throw Unexpected("the other end of a terminal") }
        defer { close(end) }
        var size = winsize(ws_row: 30, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
        let all = ProcessInfo.processInfo.environment.merging(sandbox.environment) { $1 }.merging(["TERM": "xterm"]) {
            $1
        }
        // A session of its own whose controlling terminal this is.
        let process = try await ChildProcess.start(
            ["setsid", "--ctty", "--wait", "env", "-C", Machine.packageDirectory] + arguments,
            environment: all,
            input: .descriptor(end),
            output: .descriptor(end),
            error: .descriptor(end)
        )
        let session = TerminalSession(process: process, terminal: terminal)
        Thread.detachNewThread { session.readToEnd() }
        return session
    }

    private func readToEnd() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(terminal, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            // The last program that had the terminal open is gone.
            guard count > 0 else { break }
            let piece = Piece(text: String(decoding: buffer[..<count], as: UTF8.self), at: RawClock.now())
            pieces.withLock { $0.append(piece) }
        }
        close(terminal)
        ended.store(true, ordering: .releasing)
    }

    /// Everything that was shown so far.
    var shown: [Piece] { pieces.withLock { $0 } }

    var text: String { shown.map(\.text).joined() }

    /// When a text was first shown after a moment.
    /// - Throws: ``Unexpected`` with the end of what was shown, when the program ends without it.
    func moment(showing text: String, after moment: UInt64 = 0) async throws -> UInt64 {
        try await self.moment(showingAny: [text], after: moment)
    }

    /// When one of several texts was first shown after a moment.
    func moment(showingAny texts: [String], after moment: UInt64 = 0) async throws -> UInt64 {
        var found: UInt64?
        let seen = await eventually(within: .seconds(180)) {
            let isOver = ended.load(ordering: .acquiring)
            found = shown.first { piece in piece.at > moment && texts.contains { piece.text.contains($0) } }?.at
            return found != nil || isOver
        }
        guard seen, let found else {
            throw Unexpected("one of \(texts) on the terminal, but it showed \(self.text.suffix(2000))")
        }
        return found
    }

    /// Presses Ctrl-C.
    /// - Returns: when.
    func pressControlC() throws -> UInt64 {
        let moment = RawClock.now()
        var key: UInt8 = 3
        guard write(terminal, &key, 1) == 1 else { throw Unexpected("a terminal that can be typed into") }
        return moment
    }

    /// Waits for the program's end.
    /// - Returns: its exit status.
    func end() async -> Int32 {
        let status = await process.waitForExit()
        _ = await eventually { ended.load(ordering: .acquiring) }
        return status
    }
}

/// A thread that ticks, to tell a machine that stood still from a program that did.
final class Metronome: Sendable {
    private let longest = Atomic<UInt64>(0)
    private let isStopped = Atomic(false)

    init() {
        Thread.detachNewThread { [self] in
            var last = RawClock.now()
            while !isStopped.load(ordering: .relaxed) {
                usleep(10_000)
                let now = RawClock.now()
                longest.store(max(longest.load(ordering: .relaxed), now - last), ordering: .relaxed)
                last = now
            }
        }
    }

    /// Ends the ticking.
    /// - Returns: nanoseconds between the two ticks that were the furthest apart.
    func stop() -> UInt64 {
        isStopped.store(true, ordering: .relaxed)
        return longest.load(ordering: .relaxed)
    }
}
