public import AgentProtocol
public import BenchrunModel
import Glibc
import Synchronization

/// The connection to one agent over a pair of pipes or a socket.
///
/// One thread of the process waits for all links; no method blocks. Cancelling a task that waits here resumes it at
/// once and tells the agent to end what it started.
public final class AgentLink: AgentConnection {
    /// How long answers may take that are not bound to a limit of their own.
    struct Patience: Sendable {
        /// For answers that need no waiting inside the instance.
        var ordinary = Duration.seconds(60)
        /// For what an agent may need on top of a limit that the request states.
        var margin = Duration.seconds(30)
        /// For a `sync` of whatever a workload left behind.
        var sync = Duration.seconds(300)
    }

    /// What errors call the instance.
    public let name: String
    let core: AgentLinkCore
    private let patience: Patience

    /// Takes over two descriptors, which may be equal; they are closed also when this throws.
    /// - Parameters:
    ///   - name: what errors call the instance.
    ///   - input: where the agent's frames come from.
    ///   - output: where requests go.
    /// - Throws: ``AgentError`` when the poll thread cannot be started or a descriptor is not open.
    public convenience init(name: String, input: Int32, output: Int32) throws {
        try self.init(name: name, input: input, output: output, patience: Patience())
    }

    init(name: String, input: Int32, output: Int32, patience: Patience) throws {
        do {
            let poller = try AgentLinkPoller.shared.get()
            for descriptor in [input, output] { try Self.configure(descriptor, name: name) }
            core = AgentLinkCore(name: name, input: input, output: output, poller: poller)
        } catch {
            Glibc.close(input)
            if output != input { Glibc.close(output) }
            throw error
        }
        self.name = name
        self.patience = patience
        core.poller.add(core)
    }

    deinit {
        core.end(AgentError(.disconnected, subject: name, detail: "the link was dropped"))
    }

    /// A socket pair for a child whose standard input and output are its channel. Both ends are closed on exec;
    /// the child's end must be duplicated to 0 and 1 for it, and closed here after the start.
    /// - Throws: ``AgentError`` when there are no descriptors left.
    public static func spawnPair() throws -> (link: Int32, child: Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw AgentError(.refused, subject: "socketpair", detail: String(cString: strerror(errno)))
        }
        return (link: ends[0], child: ends[1])
    }

    /// Waits for the agent's first frame.
    public func hello(within limit: Duration) async throws -> (Hello, receivedAt: UInt64) {
        try await core.greeting(within: limit)
    }

    /// Asks the agent to greet again, which shows that it still answers.
    /// - Throws: ``AgentError`` with `deadline` when it does not within the limit.
    public func ping(within limit: Duration) async throws -> Hello {
        let answer = try await ask(.hello, "hello", within: limit)
        guard case .hello(let hello) = answer.reply else { throw core.refuse(answer.reply, to: "hello") }
        return hello
    }

    /// What the instance really got.
    public func facts() async throws -> [String: String] {
        let answer = try await ask(.facts, "facts", within: patience.ordinary)
        guard case .facts(let facts) = answer.reply else { throw core.refuse(answer.reply, to: "facts") }
        return facts
    }

    /// Executes a command and waits for its end.
    public func run(
        _ command: Command,
        onOutput: (@Sendable ([UInt8]) -> Void)?
    ) async throws -> AgentProtocol.Execution {
        let inputLength = try inputLength(of: command)
        let request = Request.run(command, inputLength: inputLength, streams: onOutput != nil)
        guard let onOutput else { return try await finish(request, command, feed: nil) }
        // Chunks are handed over on a task, never on the poll thread. Their amount is bounded by the output limit.
        let (chunks, feed) = AsyncStream.makeStream(of: [UInt8].self)
        async let delivered: Void = { for await chunk in chunks { onOutput(chunk) } }()
        defer { feed.finish() }
        let execution = try await finish(request, command, feed: feed)
        feed.finish()
        await delivered
        return execution
    }

    /// Starts a command that goes on while others run.
    public func spawn(_ command: Command) async throws -> SpawnedProcess {
        let subject = "spawn '\(command.arguments.first ?? "")'"
        let request = Request.spawn(command, inputLength: try inputLength(of: command))
        let answer = try await core.exchange(
            .init(request: request, subject: subject, limit: patience.ordinary, body: command.input)
        )
        guard case .spawned(let process) = answer.reply else { throw core.refuse(answer.reply, to: subject) }
        core.state.withLock { $0.outputLimits[process.handle] = Int(command.outputLimit) }
        return process
    }

    /// Sends a signal to a spawned process's group.
    public func signal(_ process: SpawnedProcess, number: Int32) async throws {
        try await expectDone(.signal(process, number: number), "signal \(number)", within: patience.ordinary)
    }

    /// Waits for a spawned process and forgets it. There is no limit but the command's own.
    public func wait(_ process: SpawnedProcess) async throws -> AgentProtocol.Execution {
        let limit = core.state.withLock { $0.outputLimits[process.handle] }
        let subject = "wait for process \(process.handle)"
        let answer = try await core.exchange(
            .init(
                request: .wait(process),
                subject: subject,
                limit: nil,
                outputLimit: limit ?? Int(Request.maximumOutput)
            )
        )
        guard case .finished(let execution) = answer.reply else { throw core.refuse(answer.reply, to: subject) }
        core.state.withLock { $0.outputLimits[process.handle] = nil }
        return execution.with(answer)
    }

    /// Writes a whole file; parents are created.
    public func put(_ bytes: [UInt8], at path: String, mode: UInt32) async throws {
        let answer = try await core.exchange(
            .init(
                request: .put(path: path, mode: mode, length: UInt64(bytes.count)),
                subject: "put '\(path)'",
                limit: patience.sync,
                body: bytes
            )
        )
        guard case .done = answer.reply else { throw core.refuse(answer.reply, to: "put '\(path)'") }
    }

    /// Reads a file, at most `limit` bytes of it, and never more than ``AgentProtocol/Request/maximumOutput``.
    public func get(_ path: String, limit: UInt32) async throws -> [UInt8] {
        let limit = min(limit, Request.maximumOutput)
        let answer = try await core.exchange(
            .init(
                request: .get(path: path, limit: limit),
                subject: "get '\(path)'",
                limit: patience.ordinary,
                outputLimit: Int(limit)
            )
        )
        guard case .done = answer.reply else { throw core.refuse(answer.reply, to: "get '\(path)'") }
        return answer.output
    }

    /// Connects, sends `bytes` and waits for the first byte of an answer, trying again until the limit passes.
    public func probe(_ endpoint: Endpoint, send bytes: [UInt8], within limit: Duration) async throws -> UInt64 {
        let request = Request.probe(endpoint, bytes: bytes, limit: limit.nanoseconds)
        let answer = try await ask(request, "probe", within: limit + patience.margin)
        guard case .answered(let nanoseconds) = answer.reply else { throw core.refuse(answer.reply, to: "probe") }
        return nanoseconds
    }

    /// Cumulative counters of the instance, by name.
    public func counters() async throws -> [String: UInt64] {
        let answer = try await ask(.counters, "counters", within: patience.ordinary)
        guard case .counters(let counters) = answer.reply else { throw core.refuse(answer.reply, to: "counters") }
        return counters
    }

    /// CLOCK_MONOTONIC_RAW of the instance's kernel, in nanoseconds.
    public func clock() async throws -> UInt64 {
        let answer = try await ask(.clock, "clock", within: patience.ordinary)
        guard case .answered(let nanoseconds) = answer.reply else { throw core.refuse(answer.reply, to: "clock") }
        return nanoseconds
    }

    /// Empties a directory inside the instance, then syncs its file system.
    public func clearAndSync(_ directory: String) async throws {
        try await expectDone(.clearAndSync(path: directory), "clear '\(directory)'", within: patience.sync)
    }

    /// Sets the wall clock of a guest with a kernel of its own to this host's: it stood while the guest was paused.
    /// - Throws: ``AgentError`` with `refused` where the agent shares the host's kernel.
    public func setWallClock() async throws {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let nanoseconds = UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
        try await expectDone(.setClock(realtime: nanoseconds), "set the clock", within: patience.ordinary)
    }

    /// Asks the agent to end; that the channel closes before it could answer is no error.
    public func shutdown() async throws {
        do {
            try await expectDone(.shutdown, "shutdown", within: patience.ordinary)
        } catch let error as AgentError where error.kind == .disconnected {
            return
        }
    }

    /// Closes the channel; pending requests fail. Returns when the descriptors are closed.
    public func close() async {
        await core.close()
    }

    /// How many bytes wait to be sent.
    var queuedBytes: Int { core.state.withLock { $0.outbox.count } }

    private func finish(
        _ request: Request,
        _ command: Command,
        feed: AsyncStream<[UInt8]>.Continuation?
    ) async throws -> AgentProtocol.Execution {
        let subject = "run '\(command.arguments.first ?? "")'"
        let limit = command.timeLimit == 0 ? nil : Duration.nanoseconds(Int64(clamping: command.timeLimit))
        let answer = try await core.exchange(
            .init(
                request: request,
                subject: subject,
                limit: limit.map { $0 + patience.margin },
                body: command.input,
                outputLimit: Int(command.outputLimit),
                feed: feed
            )
        )
        guard case .finished(let execution) = answer.reply else { throw core.refuse(answer.reply, to: subject) }
        return execution.with(answer)
    }

    private func ask(_ request: Request, _ subject: String, within limit: Duration) async throws -> AgentLinkAnswer {
        try await core.exchange(.init(request: request, subject: subject, limit: limit))
    }

    private func expectDone(_ request: Request, _ subject: String, within limit: Duration) async throws {
        let answer = try await ask(request, subject, within: limit)
        guard case .done = answer.reply else { throw core.refuse(answer.reply, to: subject) }
    }

    private func inputLength(of command: Command) throws(AgentError) -> UInt32 {
        guard command.input.count <= Int(Request.maximumInput) else {
            let detail = "\(command.input.count) bytes of standard input, not at most \(Request.maximumInput)"
            throw AgentError(.refused, subject: name, detail: detail)
        }
        return UInt32(command.input.count)
    }

    private static func configure(_ descriptor: Int32, name: String) throws(AgentError) {
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0,
            fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
        else { throw AgentError(.refused, subject: name, detail: String(cString: strerror(errno))) }
    }
}

extension AgentProtocol.Execution {
    /// This record with the output that came before it.
    fileprivate func with(_ answer: AgentLinkAnswer) -> Self {
        var execution = self
        execution.output = answer.output
        execution.errorOutput = answer.errorOutput
        return execution
    }
}
