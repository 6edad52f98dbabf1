import AgentProtocol
import BenchrunModel
import Foundation
import Host

/// What one run's engine does with images: gets everything ready, and takes away what was made.
///
/// Everything that is made carries the run's label, in the image's configuration, so that a sweep finds it.
actor EngineOperations {
    /// What an operation needs of its driver.
    struct Site: Sendable {
        var connection: EngineConnection
        var environment: EnvironmentSpec
        var context: RunContext
        /// The engine's API, where the environment has it spoken to by that.
        var socket: EngineSocket?
        /// The OCI runtime that the environment has; nil is the engine's own choice.
        var runtime: String?
        /// Makes an instance whose root is writable.
        var create: @Sendable (InstanceSpec) async throws -> any Instance
    }

    private let setup: DriverSetup
    private let surroundings: any Surroundings
    private var payload: OperationPayload?
    private var registry: LoopbackRegistry?
    private var isRecorded = false

    /// Makes nothing yet.
    init(setup: DriverSetup, surroundings: any Surroundings) {
        self.setup = setup
        self.surroundings = surroundings
    }

    /// Gets one operation ready.
    func ready(
        _ operation: EngineOperation,
        named name: String,
        within limit: Duration,
        at site: Site
    ) async throws -> any ReadyOperation {
        let engine = site.connection.client
        if !isRecorded {
            try await setup.ledger.willCreate(
                kind: "image",
                name: ledgerName(engine),
                detail: ["engine": engine.dialect.name]
            )
            isRecorded = true
        }
        let directory = "\(site.context.scratchDirectory)/operations-\(engine.dialect.name)"
        var request = OperationRequest(
            engine: engine,
            payload: try await payload(in: directory, at: site),
            label: "\(EngineLabel.run)=\(setup.run)",
            directory: directory,
            limit: limit
        )
        request.socket = site.socket
        request.runtime = site.runtime
        switch operation {
        case .pull, .push: return try await move(operation, request)
        case .importing, .build, .commit: return try await make(operation, named: name, request, at: site)
        }
    }

    /// A pull or a push.
    private func move(_ operation: EngineOperation, _ request: OperationRequest) async throws -> ReadyCommand {
        let dialect = request.engine.dialect
        let registry = try await registry(in: request.directory, dialect)
        let tag = setup.run.text
        let repository = "\(registry.host)/\(Self.repository)"
        let reference = "\(repository):\(tag)"
        try await request.remove(reference)
        guard operation == .push else {
            try await registry.hold(
                request.payload,
                as: Self.repository,
                tag: tag,
                labels: [EngineLabel.run: setup.run.text]
            )
            let call = OperationRequest.pulling(repository, tag: tag)
            return request.command("pull", ["pull"] + dialect.insecure + [reference], call, makes: reference)
        }
        try await registry.empty()
        try await request.check(request.importing(as: reference), step: "import")
        let call = OperationRequest.pushing(repository, tag: tag)
        return request.command("push", ["push"] + dialect.insecure + [reference], call, makes: reference)
    }

    /// What makes an image here.
    private func make(
        _ operation: EngineOperation,
        named name: String,
        _ request: OperationRequest,
        at site: Site
    ) async throws -> ReadyCommand {
        let engine = request.engine
        let tag = setup.run.text
        let repository = engine.dialect.imagePrefix + Self.repository
        let reference = "\(repository):\(tag)"
        try await request.remove(reference)
        switch operation {
        case .build:
            let base = OperationBase(run: setup.run, engine: engine, tag: site.context.image.tag)
            try await base.provide()
            let limits = site.context.limits
            // Podman's builder takes the group itself for its container, and the runtime ends all that is in it and
            // below: it must be a group of its own.
            let parent =
                engine.dialect.hasDaemon ? site.connection.cgroupParent : "/\(setup.controlGroup)/podman-build"
            let call = request.socketBuild(repository, tag: tag, limits: limits, cgroupParent: parent)
            let verb = request.building(reference, limits: limits, cgroupParent: parent)
            return request.command("build", verb, call, makes: reference, base: base)
        case .commit:
            let instance = try await container(name, at: site)
            let call = OperationRequest.committing(name, as: repository, tag: tag)
            return request.command("commit", ["commit", name, reference], call, makes: reference, instance: instance)
        default:
            let call = request.socketImport(as: repository, tag: tag)
            return request.command("import", request.importing(as: reference), call, makes: reference)
        }
    }

    /// Ends the registry, and removes what failed operations left. What cannot be removed now is for the next sweep.
    func shutdown(_ engine: EngineClient?) async {
        await registry?.stop()
        registry = nil
        payload = nil
        guard isRecorded, let engine else { return }
        if (try? await OperationImages(engine: engine).remove(of: setup.run)) != nil {
            try? await setup.ledger.didRemove(kind: "image", name: ledgerName(engine))
            isRecorded = false
        }
    }

    private static let repository = "benchrun-operation"

    private func ledgerName(_ engine: EngineClient) -> String {
        "\(engine.dialect.name):\(EngineLabel.run)=\(setup.run)"
    }

    private func payload(in directory: String, at site: Site) async throws -> OperationPayload {
        if let payload { return payload }
        let made = try await OperationPayload.provide(
            in: directory,
            image: site.context.image,
            base: OperationBase(run: setup.run, engine: site.connection.client, tag: site.context.image.tag).name,
            label: "\(EngineLabel.run)=\(setup.run)",
            surroundings: surroundings
        )
        payload = made
        return made
    }

    private func registry(in directory: String, _ dialect: EngineDialect) async throws -> LoopbackRegistry {
        if let registry { return registry }
        let started = try await LoopbackRegistry.start(
            named: "registry-\(dialect.name)",
            in: directory,
            setup: setup,
            surroundings: surroundings
        )
        registry = started
        return started
    }

    /// A container that runs and has written a file into its layer.
    private func container(_ name: String, at site: Site) async throws -> any Instance {
        var spec = InstanceSpec(name: name, environment: site.environment)
        spec.environment.options["scratch"] = EngineOptions.Scratch.layer.rawValue
        spec.environment.options["auto-remove"] = nil
        let instance = try await site.create(spec)
        do {
            try await instance.start()
            let agent = try await instance.agent
            _ = try await agent.hello(within: spec.readiness.limit)
            let write = ["dd", "if=/dev/urandom", "of=\(GuestPath.scratch)/file", "bs=1M", "count=16", "conv=fsync"]
            let execution = try await agent.run(Command(write + ["status=none"]), onOutput: nil)
            guard execution.termination == .exited(0) else {
                throw DriverError(
                    subject: site.connection.client.subject("commit"),
                    detail: "'dd' in the container: \(String(decoding: execution.errorOutput, as: UTF8.self))",
                    nextStep: "free space in the engine's store"
                )
            }
            return instance
        } catch {
            await Task { try? await instance.remove() }.value
            throw error
        }
    }
}
