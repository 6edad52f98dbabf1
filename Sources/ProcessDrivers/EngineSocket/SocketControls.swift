import BenchrunModel
import Host

/// The engine's API on its socket: the same steps as ``CommandLineControls``, without a client program.
struct SocketControls: ContainerControls {
    /// The engine, for its words when something fails.
    let engine: EngineClient
    /// The API.
    let socket: EngineSocket

    func create(_ request: ContainerRequest) async throws {
        try await step("create") {
            try await socket.call(
                "POST",
                ["containers", "create"],
                query: [("name", request.name)],
                body: try request.document()
            )
        }
    }

    func start(_ name: String, log: String) async throws -> (link: AgentLink, channel: any ContainerChannel) {
        try await step("start") {
            let (link, channel) = try AttachedStream.open(try await socket.attach(name), name: name, log: log)
            do {
                try await socket.call("POST", ["containers", name, "start"])
            } catch {
                await link.close()
                channel.drop()
                throw error
            }
            return (link, channel)
        }
    }

    func stop(_ name: String) async throws {
        // 304: it does not run any more. 404: it is gone.
        try await step("stop") {
            try await socket.call(
                "POST",
                ["containers", name, "stop"],
                query: [("t", ContainerInstance.stopTimeout)],
                accepting: [304, 404]
            )
        }
    }

    func remove(_ name: String) async throws {
        let deadline = ContinuousClock.now + EngineClient.action
        try await step("rm") {
            // 409: somebody else removes it.
            while try await socket.call(
                "DELETE",
                ["containers", name],
                query: [("force", "1"), ("v", "1")],
                accepting: [404, 409]
            ).status == 409 {
                try await Task.sleep(for: .milliseconds(50))
                guard try await isThere(name) else { return }
                guard ContinuousClock.now < deadline else { throw HTTPFailure("the container is still being removed") }
            }
        }
    }

    func pause(_ name: String) async throws {
        try await step("pause") { try await socket.call("POST", ["containers", name, "pause"]) }
    }

    func unpause(_ name: String) async throws {
        try await step("unpause") { try await socket.call("POST", ["containers", name, "unpause"]) }
    }

    private func isThere(_ name: String) async throws -> Bool {
        try await socket.call("GET", ["containers", name, "json"], accepting: [404]).status != 404
    }

    /// Gives a failure the words that every driver's errors have.
    @discardableResult
    private func step<Success>(_ step: String, _ body: () async throws -> Success) async throws -> Success {
        do {
            return try await body()
        } catch let error as EngineSocket.Refusal {
            throw await engine.failure(step, detail: error.description)
        } catch let error as HTTPFailure {
            throw await engine.failure(step, detail: error.description)
        }
    }
}
