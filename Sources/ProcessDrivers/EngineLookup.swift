import Host

/// Finds a container engine for something else than instances: what its command line has to begin with here.
public struct EngineLookup: Sendable {
    private let agentExecutable: String
    private let surroundings: any Surroundings

    /// - Parameter agentExecutable: the launcher, by which the engine's client ends with benchrun.
    public init(agentExecutable: String) {
        self.init(agentExecutable: agentExecutable, surroundings: ThisHost())
    }

    init(agentExecutable: String, surroundings: any Surroundings) {
        self.agentExecutable = agentExecutable
        self.surroundings = surroundings
    }

    /// The arguments that come before a verb of `docker` or `podman`. No daemon is started: images that a user has are
    /// in the user's own.
    /// - Throws: `HostError` with the reason why it cannot be used.
    public func command(of engine: String) async throws -> [String] {
        let launcher = Launcher(agentExecutable: agentExecutable)
        let finder: any EngineFinder =
            switch engine {
            case EngineDialect.docker.name: DockerFinder(surroundings: surroundings, launcher: launcher, socket: nil)
            case EngineDialect.podman.name: PodmanFinder(surroundings: surroundings, launcher: launcher)
            default: throw HostError(subject: engine, detail: "is no engine that is known here")
            }
        switch await finder.find() {
        case .found(let found):
            let runtime = finder.dialect.hasGlobalRuntime ? found.runtime.map { ["--runtime", $0] } ?? [] : []
            return launcher.arguments(for: [found.executable] + found.arguments + runtime)
        case .silent(let reason), .unavailable(let reason):
            throw HostError(subject: engine, detail: reason.reason, nextStep: reason.nextStep)
        }
    }
}
