import BenchrunModel
import Host

/// A container engine that was found, and its command line. Every call has a time limit and runs through the
/// launcher: with a death signal, in the run's control group, on the housekeeping CPUs.
struct EngineClient: Sendable {
    /// Which engine.
    let dialect: EngineDialect
    /// The client's path.
    let executable: String
    /// Arguments before every verb.
    let arguments: [String]
    /// The daemon's socket; nil without a daemon.
    let socket: String?
    /// Starts the client.
    let launcher: Launcher
    /// The host.
    let surroundings: any Surroundings

    /// How long a call may take that does no work.
    static let question = Duration.seconds(10)
    /// How long a call may take that starts, stops or deletes.
    static let action = Duration.seconds(60)

    /// Runs a verb to its end.
    /// - Parameters:
    ///   - verb: the engine's arguments, the verb first.
    ///   - step: what errors call it; nil takes the verb.
    ///   - limit: wall time after which the call has failed.
    ///   - environment: added to this process's.
    /// - Returns: how it ended; a non-zero status is data.
    /// - Throws: `DriverError` when it cannot be started or takes too long; `CancellationError`.
    func run(
        _ verb: [String],
        step: String? = nil,
        within limit: Duration = action,
        environment: [String: String] = [:]
    ) async throws -> CommandResult {
        do {
            return try await surroundings.run(
                HostCommand(whole(verb), environment: environment, timeLimit: limit)
            )
        } catch let error as HostError {
            throw await failure(step ?? verb.first ?? "call", detail: error.detail)
        }
    }

    /// Runs a verb and takes a non-zero status for a failure.
    /// - Returns: standard output without white space at its ends.
    @discardableResult
    func check(
        _ verb: [String],
        step: String? = nil,
        within limit: Duration = action,
        environment: [String: String] = [:]
    ) async throws -> String {
        let result = try await run(verb, step: step, within: limit, environment: environment)
        guard result.isSuccess else { throw await failure(step ?? verb.first ?? "call", result) }
        return TextFile.trimmed(result.output)
    }

    /// Starts a container with its standard input and output connected to a socket for as long as it lives.
    /// - Parameters:
    ///   - name: the container.
    ///   - channel: the socket.
    ///   - log: a file that the client's own words and the container's standard error are appended to.
    func attach(_ name: String, channel: Int32, log: String) async throws -> ChildProcess {
        try requireDaemon("start")
        do {
            return try await ChildProcess.start(
                whole(["start"] + dialect.start + ["--attach", "--interactive", name]),
                input: .descriptor(channel),
                output: .descriptor(channel),
                error: .file(log)
            )
        } catch let error as HostError {
            throw DriverError(subject: subject("start"), detail: error.detail, nextStep: error.nextStep)
        }
    }

    /// Throws at once, without a call, where nobody listens on the daemon's socket any more.
    func requireDaemon(_ step: String) throws {
        if let socket, surroundings.state(ofSocket: socket) != .listening { throw daemonGone(step) }
    }

    /// Containers that a filter lets through, by id; stopped ones too.
    func containers(where filter: String) async throws -> [String] {
        let output = try await check(
            ["ps", "--all", "--quiet", "--no-trunc", "--filter", filter],
            within: Self.question
        )
        return output.split(separator: "\n").map(String.init)
    }

    /// Ends a container by force and deletes it. Idempotent.
    ///
    /// Podman, when its monitor was killed, takes a first try to notice that the container has ended and refuses;
    /// the next one succeeds.
    /// - Parameters:
    ///   - container: its name or id.
    ///   - filter: lets only this container through.
    func remove(_ container: String, where filter: String) async throws {
        for remaining in (0..<3).reversed() {
            let result = try await run(["rm"] + dialect.remove + [container])
            guard !result.isSuccess else { return }
            let failure = await failure("rm", result)
            if failure.isDaemonGone { throw failure }
            guard try await !containers(where: filter).isEmpty else { return }
            guard remaining > 0 else { throw failure }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Makes the error for a call that failed, finding out whether the daemon is the reason.
    func failure(_ step: String, _ result: CommandResult) async -> DriverError {
        let said = TextFile.trimmed(result.errorOutput.isEmpty ? result.output : result.errorOutput)
        let tail = said.split(separator: "\n").suffix(6).joined(separator: "\n")
        return await failure(step, detail: tail.isEmpty ? "exit status \(result.status)" : String(tail.suffix(1000)))
    }

    /// Makes the error for a call that did not end as it should.
    func failure(_ step: String, detail: String) async -> DriverError {
        guard await isAnswering() else { return daemonGone(step) }
        return DriverError(subject: subject(step), detail: detail, nextStep: "run 'benchrun doctor'")
    }

    /// `docker/start`
    func subject(_ step: String) -> String { "\(dialect.name)/\(step)" }

    private func daemonGone(_ step: String) -> DriverError {
        DriverError(
            subject: subject(step),
            detail: "the daemon at \(socket ?? dialect.name) no longer answers",
            nextStep: "look at its log, start it again and continue with 'benchrun resume'",
            isDaemonGone: true
        )
    }

    private func isAnswering() async -> Bool {
        guard let socket else { return true }
        guard surroundings.state(ofSocket: socket) == .listening else { return false }
        let call = HostCommand(whole(["version", "--format", "{{.Server.Version}}"]), timeLimit: .seconds(5))
        return (try? await surroundings.run(call).isSuccess) ?? Task.isCancelled
    }

    func whole(_ verb: [String]) -> [String] {
        launcher.arguments(for: [executable] + arguments + verb)
    }
}
