import BenchrunModel
import Foundation
import Host

/// What the docker and podman drivers do alike: everything but finding the engine.
struct ContainerDriver: Sendable {
    /// The engine, once it was found.
    let session: EngineSession
    private let setup: DriverSetup
    private let prepared = PreparedPaths()
    private let operations: EngineOperations

    /// Makes the shared part of a driver; does nothing yet.
    init(
        _ dialect: EngineDialect,
        setup: DriverSetup,
        surroundings: any Surroundings = ThisHost(),
        finder: @escaping @Sendable (Launcher, _ socket: String?) -> any EngineFinder
    ) {
        self.setup = setup
        session = EngineSession(dialect, setup: setup, surroundings: surroundings, finder: finder)
        operations = EngineOperations(setup: setup, surroundings: surroundings)
    }

    private var dialect: EngineDialect { session.dialect }

    func probe(_ environment: EnvironmentSpec) async -> Availability {
        do {
            let options = try EngineOptions(environment)
            let admission = EngineAdmission(dialect: dialect, surroundings: session.surroundings)
            if let obstacle = admission.obstacle(before: options) { throw obstacle }
            let connection = try await session.connect()
            if let obstacle = admission.obstacle(options, of: connection.found) { throw obstacle }
            return .available(facts: try connection.facts(options))
        } catch let error as OptionError {
            return .unavailable(reason: error.detail, nextStep: error.nextStep)
        } catch let error as Unavailable {
            return .unavailable(reason: error.reason, nextStep: error.nextStep)
        } catch {
            return .unavailable(reason: "\(error)", nextStep: "run 'benchrun doctor'")
        }
    }

    func prepare(_ environment: EnvironmentSpec, in context: RunContext) async throws {
        _ = try options(environment)
        let connection = try await connect("prepare")
        let parent = ScratchDirectory.parent(driver: dialect.name, in: context)
        if await !prepared.holds(parent) {
            // One record stands for all of the run's containers: they are found by their label.
            try await setup.ledger.willCreate(
                kind: "container",
                name: ledgerName,
                detail: ["engine": dialect.name, "endpoint": connection.client.socket.map { "unix://\($0)" } ?? ""]
            )
            try await ScratchDirectory.prepareParent(driver: dialect.name, in: context)
            await prepared.insert(parent)
        }
        try await EngineImage(context.image, client: connection.client).provide(cache: setup.cacheDirectory)
    }

    func create(_ spec: InstanceSpec, in context: RunContext) async throws -> any Instance {
        let options = try options(spec.environment)
        var connection = try await connect("create")
        if let wrapper = try runtimeWrapper(options, connection) { connection.client = wrapper }
        let scratch = ScratchDirectory(of: spec.name, driver: dialect.name, in: context)
        let request = try request(spec, options, connection, scratch, context)
        let controls = connection.controls(options)
        let instance = ContainerInstance(
            spec,
            connection: connection,
            controls: controls,
            cpus: context.limits.cpus,
            scratch: scratch,
            log: "\(setup.stateDirectory)/\(spec.name).log"
        )
        do {
            try scratch.make()
            try await controls.create(request)
        } catch {
            // The engine may have come as far as the container; goes on to the end when the task is cancelled.
            await Task { try? await instance.remove() }.value
            throw error
        }
        return instance
    }

    func removeOrphans(of run: RunID) async throws -> [String] {
        // A group of a dead run may have been frozen, and nothing in it would answer to the engine.
        for group in ControlGroup.all(below: groupPath(of: run)) where isContainer(group) { try? group.thaw() }
        let needsDaemon =
            dialect.hasDaemon
            && (PrivateDocker.storeHolds(run, setup: setup) || PrivateDocker.storeHoldsImages(run, setup: setup))
        let connection: EngineConnection
        do {
            connection = try await session.connect(startsDaemon: needsDaemon, keeping: run)
        } catch {
            // Where there is no engine there are no containers, but there may be their processes.
            return await killGroups(of: run)
        }
        // Processes first: an engine removes a container that has ended more surely than one it has lost hold of.
        let processes = await killGroups(of: run)
        var removed: [String] = []
        for id in try await connection.client.containers(where: EngineLabel.filter(EngineLabel.run, run.text)) {
            removed.append(try await removeOrphan(id, of: run, connection.client))
        }
        return processes + removed + (try await OperationImages(engine: connection.client).remove(of: run))
    }

    /// Gets one of the engine's operations on images ready.
    func ready(
        _ operation: EngineOperation,
        named name: String,
        within limit: Duration,
        of environment: EnvironmentSpec,
        in context: RunContext
    ) async throws -> any ReadyOperation {
        let options = try options(environment)
        var connection = try await connect(operation.rawValue)
        var runtime = try runtime(options, connection)
        if let wrapper = try runtimeWrapper(options, connection) {
            connection.client = wrapper
            runtime = nil
        }
        let site = EngineOperations.Site(
            connection: connection,
            environment: environment,
            context: context,
            socket: connection.api(options),
            runtime: runtime
        ) { spec in
            try await create(spec, in: context)
        }
        return try await operations.ready(operation, named: name, within: limit, at: site)
    }

    func shutdown() async {
        let paths = await prepared.removeAll()
        // What a daemon still holds that has died, or was asked to keep, is for the next sweep.
        if !paths.isEmpty, await session.isRidOfContainers() {
            try? await setup.ledger.didRemove(kind: "container", name: ledgerName)
        }
        await operations.shutdown(await session.found?.client)
        for path in paths { await ScratchDirectory.removeParent(path, ledger: setup.ledger) }
        await session.shutdown()
    }

    // MARK: - Parts

    private var ledgerName: String { "\(dialect.name):\(EngineLabel.run)=\(setup.run)" }

    private func options(_ environment: EnvironmentSpec) throws(DriverError) -> EngineOptions {
        do {
            return try EngineOptions(environment)
        } catch {
            throw DriverError(subject: "\(dialect.name)/options", detail: error.detail, nextStep: error.nextStep)
        }
    }

    private func connect(_ step: String) async throws(DriverError) -> EngineConnection {
        do {
            return try await session.connect()
        } catch {
            throw DriverError(subject: "\(dialect.name)/\(step)", detail: error.reason, nextStep: error.nextStep)
        }
    }

    private func request(
        _ spec: InstanceSpec,
        _ options: EngineOptions,
        _ connection: EngineConnection,
        _ scratch: ScratchDirectory,
        _ context: RunContext
    ) throws(DriverError) -> ContainerRequest {
        for path in [scratch.path, setup.agentExecutable] where path.contains(":") {
            throw DriverError(
                subject: "\(dialect.name)/create",
                detail: "'\(path)' holds a colon, which engines take for the end of a path",
                nextStep: "choose another directory"
            )
        }
        let runtime = try runtime(options, connection)
        return ContainerRequest(
            name: spec.name,
            run: setup.run,
            cgroupParent: connection.cgroupParent,
            limits: context.limits,
            resources: .current(),
            scratch: scratch.path,
            agent: setup.agentExecutable,
            relabels: FileManager.default.fileExists(atPath: "/sys/fs/selinux/enforce"),
            tag: context.image.tag,
            options: options,
            // A wrapper is the client's argument already.
            runtime: runtime.flatMap { connection.found.hiddenMounts[$0] == nil ? $0 : nil },
            housekeepingCPUs: setup.housekeepingCPUs
        )
    }

    private func runtime(_ options: EngineOptions, _ connection: EngineConnection) throws(DriverError) -> String? {
        do {
            return try connection.found.runtime(for: options)
        } catch {
            throw DriverError(subject: "\(dialect.name)/create", detail: error.reason, nextStep: error.nextStep)
        }
    }

    /// The client with a wrapped runtime, where the environment's works in no other way here.
    private func runtimeWrapper(
        _ options: EngineOptions,
        _ connection: EngineConnection
    ) throws(DriverError) -> EngineClient? {
        guard let runtime = try runtime(options, connection), let hidden = connection.found.hiddenMounts[runtime],
            let program = session.surroundings.path(of: runtime)
        else { return nil }
        let wrapper = RuntimeWrapper(program: program, hiding: hidden, agent: setup.agentExecutable)
        return connection.client.with(runtime: try wrapper.provide(in: setup.stateDirectory + "/runtime"))
    }

    // MARK: - Orphans

    private func removeOrphan(_ id: String, of run: RunID, _ client: EngineClient) async throws -> String {
        let labels = [EngineLabel.instance, EngineLabel.scratch].map { "{{index .Config.Labels \"\($0)\"}}" }
        let words = try await client.check(
            ["inspect", "--format", labels.joined(separator: "\n"), id],
            within: EngineClient.question
        ).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        try await client.remove(id, where: "id=\(id)")
        guard words.count == 2 else { return "\(dialect.name) container \(id.prefix(12))" }
        try await ScratchDirectory.ofContainer(labelled: words[1], instance: words[0], run: run)?.remove()
        return "\(dialect.name) container \(words[0])"
    }

    /// Ends what is left in the groups that engines made below a dead run's. In those of this process's own run the
    /// engine is at work.
    private func killGroups(of run: RunID) async -> [String] {
        guard run != setup.run else { return [] }
        var removed: [String] = []
        for group in ControlGroup.all(below: groupPath(of: run)) where isContainer(group) {
            let processes = group.processes()
            guard (try? await group.remove()) != nil, !processes.isEmpty else { continue }
            removed.append("\(processes.count) processes in control group \(group.path)")
        }
        return removed
    }

    private func groupPath(of run: RunID) -> String {
        run == setup.run ? setup.controlGroup : "benchrun/\(run)"
    }

    /// Docker names a group after the container's id, podman `libpod-ID`, and its monitors' group `conmon`.
    private func isContainer(_ group: ControlGroup) -> Bool {
        guard let name = group.path.split(separator: "/").last else { return false }
        if !dialect.hasDaemon { return name.hasPrefix("libpod-") || name == "conmon" }
        return name.count == 64 && name.allSatisfy(\.isHexDigit)
    }
}
