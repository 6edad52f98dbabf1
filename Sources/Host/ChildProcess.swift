import CLinux
import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// A long-lived child. Started from one permanent thread, so that a death signal means the end of this process and
/// not of some thread of a pool; in a session of its own; reaped exactly once, by its own pid.
public final class ChildProcess: Sendable {
    /// What one of the child's standard streams is connected to.
    public enum Stream: Sendable {
        /// `/dev/null`.
        case null
        /// A descriptor; the child gets a duplicate, the caller keeps its own.
        case descriptor(Int32)
        /// A file: appended to, and created when missing; as standard input, read from.
        case file(String)
    }

    /// Process id. It belongs to this child until ``isRunning`` is false.
    public let pid: Int32
    /// Pid and start time.
    public let processIdentity: ProcessIdentity?

    private let life: Life

    private init(_ birth: Birth, life: Life) {
        pid = birth.pid
        processIdentity = birth.identity
        self.life = life
    }

    /// Starts a child.
    /// - Parameters:
    ///   - arguments: program and arguments; the program is looked up in `PATH` when it has no slash.
    ///   - environment: the whole environment; nil is this process's.
    ///   - input: standard input.
    ///   - output: standard output.
    ///   - error: standard error.
    /// - Throws: ``HostError`` when a stream cannot be opened or the program cannot be started.
    public static func start(
        _ arguments: [String],
        environment: [String: String]? = nil,
        input: Stream = .null,
        output: Stream = .null,
        error: Stream = .null
    ) async throws -> ChildProcess {
        guard let program = arguments.first, !program.isEmpty else {
            throw HostError(subject: "command", detail: "names no program")
        }
        var options = PlatformOptions()
        options.createSession = true
        let configuration = Configuration(
            executable: program.contains("/") ? .path(FilePath(program)) : .name(program),
            arguments: Arguments(Array(arguments.dropFirst())),
            environment: environment.map { own in
                .custom(
                    Dictionary(uniqueKeysWithValues: own.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
                )
            } ?? .inherit,
            platformOptions: options
        )
        let streams = try StandardStreams(input: input, output: output, error: error)
        let life = Life()
        let birth = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Birth, any Error>) in
            let start = Once(continuation)
            // Not a child of the calling task: the process outlives the call, whatever becomes of the caller.
            Task.detached {
                do {
                    let result = try await Subprocess.run(
                        configuration,
                        input: streams.input,
                        output: streams.output,
                        error: streams.error
                    ) { execution in
                        let birth = Birth(execution.processIdentifier)
                        life.begin(descriptor: birth.descriptor)
                        start.resume(returning: birth)
                    }
                    life.end(status: result.terminationStatus.shellStatus)
                } catch let error as SubprocessError {
                    life.end(status: 255)
                    start.resume(throwing: HostError(starting: program, in: nil, error))
                } catch {
                    life.end(status: 255)
                    start.resume(throwing: error)
                }
            }
        }
        return ChildProcess(birth, life: life)
    }

    /// `pid:starttime`, as ledgers hold it.
    public var identity: String { processIdentity?.description ?? "\(pid):0" }

    /// Whether it has not been reaped yet.
    public var isRunning: Bool { life.status == nil }

    /// Waits for its end; any number of tasks may wait, and a cancelled one waits on.
    /// - Returns: exit status, or 128 and the signal's number.
    public func waitForExit() async -> Int32 {
        await withCheckedContinuation { life.wait($0) }
    }

    /// Sends a signal to the process itself; does nothing once it was reaped.
    public func send(signal: Int32) {
        life.send(signal: signal)
    }

    /// Ends it: SIGTERM, after the grace SIGKILL. Returns when it was reaped; goes on to the end when the task is
    /// cancelled. Idempotent.
    public func stop(grace: Duration) async {
        guard isRunning else { return }
        await Task.detached { [self] in
            send(signal: SIGTERM)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = await self.waitForExit() }
                group.addTask {
                    do {
                        try await Task.sleep(for: grace)
                        self.send(signal: SIGKILL)
                    } catch {
                        // It ended within its grace.
                    }
                }
                await group.next()
                group.cancelAll()
            }
        }.value
    }
}

/// What is known of a child the moment it was started, before it can have been reaped.
private struct Birth: Sendable {
    let pid: Int32
    let identity: ProcessIdentity?
    let descriptor: Int32

    init(_ process: ProcessIdentifier) {
        pid = process.value
        identity = ProcessIdentity(pid: process.value)
        // Ours to keep: the library closes its own when the process has ended.
        descriptor = fcntl(process.processDescriptor, F_DUPFD_CLOEXEC, 0)
    }
}

/// Whether a child lives, and who waits for its end.
private final class Life: Sendable {
    private struct State {
        var descriptor: Int32 = -1
        var status: Int32?
        var waiters: [CheckedContinuation<Int32, Never>] = []
    }

    private let state = Mutex(State())

    deinit {
        state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } }
    }

    var status: Int32? { state.withLock { $0.status } }

    func begin(descriptor: Int32) {
        state.withLock { $0.descriptor = descriptor }
    }

    func end(status: Int32) {
        let waiters = state.withLock { state in
            state.status = status
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }

    func wait(_ continuation: CheckedContinuation<Int32, Never>) {
        let ended: Int32? = state.withLock { state in
            if state.status == nil { state.waiters.append(continuation) }
            return state.status
        }
        if let ended { continuation.resume(returning: ended) }
    }

    /// Through the process's descriptor: between its reaping and our hearing of it the pid may be another's.
    func send(signal: Int32) {
        state.withLock { state in
            guard state.status == nil, state.descriptor >= 0 else { return }
            _ = cl_pidfd_send_signal(state.descriptor, signal)
        }
    }
}

/// A continuation that is resumed by whoever comes first.
private final class Once<Success: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Success, any Error>?>

    init(_ continuation: CheckedContinuation<Success, any Error>) {
        self.continuation = Mutex(continuation)
    }

    func resume(returning value: Success) { take()?.resume(returning: value) }
    func resume(throwing error: any Error) { take()?.resume(throwing: error) }

    private func take() -> CheckedContinuation<Success, any Error>? {
        continuation.withLock { held in
            defer { held = nil }
            return held
        }
    }
}
