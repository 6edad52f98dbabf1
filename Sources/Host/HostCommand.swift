import Glibc
import Subprocess
import SystemPackage

/// How a host command ended. A non-zero status is a normal result, not an error.
public struct CommandResult: Sendable, Equatable {
    /// Exit status, or 128 and the signal's number.
    public var status: Int32
    /// Standard output.
    public var output: String
    /// Standard error.
    public var errorOutput: String

    /// Creates a result.
    public init(status: Int32, output: String = "", errorOutput: String = "") {
        self.status = status
        self.output = output
        self.errorOutput = errorOutput
    }

    /// Whether the status is 0.
    public var isSuccess: Bool { status == 0 }
}

/// A short host command run to its end, in a session of its own: a terminal's Ctrl-C does not reach it, a
/// cancelled task and a time limit do.
public struct HostCommand: Sendable {
    /// Program and arguments; the program is looked up in `PATH` when it has no slash.
    public var arguments: [String]
    /// Added to this process's environment.
    public var environment: [String: String]
    /// Working directory; nil is this process's.
    public var directory: String?
    /// Bytes on standard input; empty means `/dev/null`.
    public var input: [UInt8]
    /// Wall time after which its process group is killed.
    public var timeLimit: Duration

    /// Most bytes kept of each output stream; a command that writes more is killed and fails.
    static let outputLimit = 64 << 20
    /// How long the group has between SIGTERM and SIGKILL.
    private static let grace = Duration.milliseconds(200)

    /// Creates a command.
    public init(
        _ arguments: [String],
        environment: [String: String] = [:],
        directory: String? = nil,
        input: [UInt8] = [],
        timeLimit: Duration = .seconds(60)
    ) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
        self.timeLimit = timeLimit
    }

    /// Runs the command to its end.
    /// - Returns: how it ended; a non-zero status is data.
    /// - Throws: ``HostError`` when it cannot be started, takes too long or writes too much; `CancellationError` when
    ///   the task is cancelled. In the last three cases its process group has been killed.
    public func run() async throws -> CommandResult {
        try await withThrowingTaskGroup(of: CommandResult?.self) { group in
            group.addTask { try await execute() }
            group.addTask {
                try await Task.sleep(for: timeLimit)
                return nil
            }
            defer { group.cancelAll() }
            if let ended = try await group.next(), let result = ended { return result }
            group.cancelAll()
            // It may have ended by itself while the limit passed.
            if let ended = try? await group.next(), let result = ended { return result }
            throw HostError(
                subject: subject,
                detail: "did not end within \(timeLimit.inWords) and was killed",
                nextStep: "run '\(arguments.joined(separator: " "))' by hand to see what it waits for"
            )
        }
    }

    /// Runs the command and takes a non-zero status for a failure.
    /// - Throws: ``HostError`` with the tail of standard error, and what ``run()`` throws.
    @discardableResult
    public func check() async throws -> CommandResult {
        let result = try await run()
        guard result.isSuccess else {
            let said = result.errorOutput.trimmed.isEmpty ? result.output : result.errorOutput
            let tail = said.tail(lines: 8, bytes: 1000)
            let ended = result.status > 128 ? "ended by signal \(result.status - 128)" : "exit status \(result.status)"
            throw HostError(subject: subject, detail: tail.isEmpty ? ended : "\(ended): \(tail)")
        }
        return result
    }

    /// The program's name and its subcommand: `podman image`.
    private var subject: String {
        guard let program = arguments.first else { return "command" }
        let name = program.split(separator: "/").last.map(String.init) ?? program
        let verb = arguments.dropFirst().first.flatMap { word in
            word.allSatisfy { $0.isLowercase || $0 == "-" } && !word.hasPrefix("-") ? " " + word : nil
        }
        return name + (verb ?? "")
    }

    private func execute() async throws -> CommandResult {
        guard let program = arguments.first, !program.isEmpty else {
            throw HostError(subject: "command", detail: "names no program")
        }
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = Self.teardown
        let configuration = Configuration(
            executable: program.contains("/") ? .path(FilePath(program)) : .name(program),
            arguments: Arguments(Array(arguments.dropFirst())),
            environment: .inherit.updating(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
            ),
            workingDirectory: directory.map { FilePath($0) },
            platformOptions: options
        )
        do {
            return input.isEmpty
                ? try await execute(configuration) : try await execute(configuration, feeding: input)
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw HostError(starting: program, in: directory, error)
        }
    }

    private func execute(_ configuration: Configuration) async throws -> CommandResult {
        let result = try await Subprocess.run(configuration, input: .none, output: .sequence, error: .sequence) {
            execution in
            try await collect(execution) {}
        }
        return CommandResult(result.terminationStatus, result.closureResult)
    }

    private func execute(_ configuration: Configuration, feeding input: [UInt8]) async throws -> CommandResult {
        BrokenPipe.ignoreSignal()
        let result = try await Subprocess.run(
            configuration,
            input: .inputWriter,
            output: .sequence,
            error: .sequence
        ) { execution in
            let writer = execution.standardInputWriter
            return try await collect(execution) {
                // A command that does not read all of its input is not a failure here; its status tells.
                _ = try? await writer.write(input)
                try? await writer.finish()
            }
        }
        return CommandResult(result.terminationStatus, result.closureResult)
    }

    /// Reads both streams to their ends. On failure or cancellation the group is killed before this returns, while
    /// the leader is not yet reaped and the group's number cannot belong to anyone else.
    private func collect<Input: InputProtocol>(
        _ execution: Execution<Input, SequenceOutput, SequenceOutput>,
        feed: @escaping @Sendable () async -> Void
    ) async throws -> Streams {
        let (output, errorOutput) = (execution.standardOutput, execution.standardError)
        do {
            return try await withThrowingTaskGroup(of: (isOutput: Bool, bytes: [UInt8]).self) { group in
                group.addTask { (true, try await drain(output)) }
                group.addTask { (false, try await drain(errorOutput)) }
                await feed()
                var streams = Streams()
                for try await part in group {
                    if part.isOutput { streams.output = part.bytes } else { streams.errorOutput = part.bytes }
                }
                try Task.checkCancellation()
                return streams
            }
        } catch {
            await execution.teardown(using: Self.teardown)
            kill(-execution.processIdentifier.value, SIGKILL)
            throw error
        }
    }

    private func drain(_ sequence: SubprocessOutputSequence) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await buffer in sequence {
            try Task.checkCancellation()
            guard bytes.count + buffer.count <= Self.outputLimit else {
                throw HostError(
                    subject: subject,
                    detail: "wrote more than \(Self.outputLimit >> 20) MiB and was killed"
                )
            }
            buffer.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    private static var teardown: [TeardownStep] {
        [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace)]
    }
}

/// What a command wrote.
private struct Streams: Sendable {
    var output: [UInt8] = []
    var errorOutput: [UInt8] = []
}

extension CommandResult {
    fileprivate init(_ status: TerminationStatus, _ streams: Streams) {
        self.init(
            status: status.shellStatus,
            output: String(decoding: streams.output, as: UTF8.self),
            errorOutput: String(decoding: streams.errorOutput, as: UTF8.self)
        )
    }
}

/// Writing to a pipe nobody reads is an error to handle, not a signal that ends benchrun.
enum BrokenPipe {
    private static let ignored: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    /// From now on such a write fails with EPIPE. Children start with the default disposition all the same.
    static func ignoreSignal() { ignored }
}
