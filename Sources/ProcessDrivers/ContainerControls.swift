import BenchrunModel
import Glibc
import Host

/// What is done to a container through its engine, in whichever way the engine is spoken to.
protocol ContainerControls: Sendable {
    /// Makes a container that does not run yet.
    func create(_ request: ContainerRequest) async throws
    /// Starts a container with its standard input and output as the channel to the agent in it.
    /// - Parameter log: takes the container's standard error.
    func start(_ name: String, log: String) async throws -> (link: AgentLink, channel: any ContainerChannel)
    /// Asks the first process to end, and kills it where it does not in time. A container that is gone is no error.
    func stop(_ name: String) async throws
    /// Removes a container, by force. One that is gone, or on its way, is no error.
    func remove(_ name: String) async throws
    /// Holds its processes still.
    func pause(_ name: String) async throws
    /// Lets them go on.
    func unpause(_ name: String) async throws
}

/// What carries a container's standard input and output.
protocol ContainerChannel: Sendable {
    /// Whether the container is still at its other end.
    var isOpen: Bool { get }
    /// Waits for its end, which is about to come, and forces it when it does not.
    func end(within limit: Duration) async
    /// Ends it at once; returns before it is gone.
    func drop()
}

/// The command line as a user types it.
struct CommandLineControls: ContainerControls {
    /// The engine's client.
    let engine: EngineClient

    func create(_ request: ContainerRequest) async throws {
        try await engine.check(request.arguments(in: engine.dialect), step: "create")
    }

    func start(_ name: String, log: String) async throws -> (link: AgentLink, channel: any ContainerChannel) {
        let ends = try AgentLink.spawnPair()
        defer { close(ends.child) }
        let link = try AgentLink(name: name, input: ends.link, output: ends.link)
        do {
            return (link, try await engine.attach(name, channel: ends.child, log: log))
        } catch {
            await link.close()
            throw error
        }
    }

    func stop(_ name: String) async throws {
        let result = try await engine.run(["stop", "-t", ContainerInstance.stopTimeout, name])
        guard !result.isSuccess else { return }
        let failure = await engine.failure("stop", result)
        // It does not count when the container is gone all the same.
        if failure.isDaemonGone { throw failure }
        guard try await engine.containers(where: EngineLabel.filter(EngineLabel.instance, name)).isEmpty else {
            throw failure
        }
    }

    func remove(_ name: String) async throws {
        try await engine.remove(name, where: EngineLabel.filter(EngineLabel.instance, name))
    }

    func pause(_ name: String) async throws {
        try await engine.check(["pause", name])
    }

    func unpause(_ name: String) async throws {
        try await engine.check(["unpause", name])
    }
}

/// An attached client.
extension ChildProcess: ContainerChannel {
    var isOpen: Bool { isRunning }

    func drop() { send(signal: SIGKILL) }
}
