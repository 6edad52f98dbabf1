import BenchrunModel

extension EngineConnection {
    /// How an environment's containers are made and ended.
    func controls(_ options: EngineOptions) -> any ContainerControls {
        guard let socket = api(options) else { return CommandLineControls(engine: client) }
        return SocketControls(engine: client, socket: socket)
    }

    /// The engine's API; nil where the environment has the engine spoken to by command line.
    func api(_ options: EngineOptions) -> EngineSocket? {
        guard options.client == .socket, let path = client.socket else { return nil }
        return EngineSocket(path: path, apiVersion: found.apiVersion)
    }
}
