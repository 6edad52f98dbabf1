import BenchrunModel
import Host

/// The engine of one run: found once, with the private daemon where one had to be started.
actor EngineSession {
    /// Which engine.
    nonisolated let dialect: EngineDialect
    /// The host.
    nonisolated let surroundings: any Surroundings
    private let setup: DriverSetup
    private let finder: @Sendable (Launcher, _ socket: String?) -> any EngineFinder
    private var search: Task<Result<EngineConnection, Unavailable>, Never>?
    private var daemon: PrivateDocker?
    private var clientGroup: ControlGroup?

    /// Makes a session; does nothing yet.
    /// - Parameter finder: looks for the engine, at a socket other than the user's if one is given.
    init(
        _ dialect: EngineDialect,
        setup: DriverSetup,
        surroundings: any Surroundings,
        finder: @escaping @Sendable (Launcher, _ socket: String?) -> any EngineFinder
    ) {
        self.dialect = dialect
        self.setup = setup
        self.surroundings = surroundings
        self.finder = finder
    }

    /// The engine; looks for it at the first call, and again after a call that did not find it.
    /// - Parameters:
    ///   - startsDaemon: whether a private daemon may be started where none answers.
    ///   - run: a dead run whose containers the private daemon keeps, because the caller is about to remove them.
    func connect(
        startsDaemon: Bool = true,
        keeping run: RunID? = nil
    ) async throws(Unavailable) -> EngineConnection {
        let search = search ?? Task { await find(startsDaemon: startsDaemon, keeping: run) }
        self.search = search
        let result = await withTaskCancellationHandler {
            await search.value
        } onCancel: {
            search.cancel()
        }
        if case .failure = result, self.search == search { self.search = nil }
        return try result.get()
    }

    /// The engine, if it was found.
    var found: EngineConnection? {
        get async {
            guard let search, case .success(let connection) = await search.value else { return nil }
            return connection
        }
    }

    /// Whether the engine says that it holds no container of this run. False also when it no longer answers.
    func isRidOfContainers() async -> Bool {
        guard let search, case .success(let connection) = await search.value else { return false }
        let own = EngineLabel.filter(EngineLabel.run, setup.run.text)
        return (try? await connection.client.containers(where: own).isEmpty) ?? false
    }

    /// Stops the private daemon and removes what the session made. Idempotent.
    func shutdown() async {
        if let search {
            search.cancel()
            if case .success(let connection) = await search.value { await removeSlice(connection) }
        }
        search = nil
        await daemon?.stop()
        daemon = nil
        if let clientGroup, (try? await clientGroup.remove()) != nil {
            try? await setup.ledger.didRemove(kind: "cgroup", name: clientGroup.path)
            self.clientGroup = nil
        }
    }

    private func find(startsDaemon: Bool, keeping run: RunID?) async -> Result<EngineConnection, Unavailable> {
        let launcher = await launcher()
        switch await finder(launcher, nil).find() {
        case .found(let found):
            let facts = dialect.hasDaemon ? ["daemon.private": "no"] : [:]
            return .success(connection(found, launcher, facts: facts))
        case .unavailable(let reason):
            return .failure(reason)
        case .silent(let reason):
            guard startsDaemon else { return .failure(reason) }
            return await startDaemon(reason, launcher, keeping: run)
        }
    }

    private func startDaemon(
        _ silence: Unavailable,
        _ launcher: Launcher,
        keeping run: RunID?
    ) async -> Result<EngineConnection, Unavailable> {
        do {
            let daemon = try await PrivateDocker.start(
                silence,
                setup: setup,
                surroundings: surroundings,
                client: launcher
            )
            self.daemon = daemon
            switch await finder(launcher, daemon.socket).find() {
            case .found(let found):
                let facts = ["daemon.private": "yes", "daemon.reason": silence.reason]
                let connection = connection(found, launcher, facts: facts.merging(daemon.notes) { _, note in note })
                await daemon.removeForeign(connection.client, keeping: [setup.run, run].compactMap { $0 })
                return .success(connection)
            case .silent(let reason), .unavailable(let reason):
                await daemon.stop()
                self.daemon = nil
                return .failure(reason)
            }
        } catch {
            return .failure(error)
        }
    }

    private func connection(
        _ found: FoundEngine,
        _ launcher: Launcher,
        facts: [String: String]
    ) -> EngineConnection {
        EngineConnection(
            client: EngineClient(
                dialect: dialect,
                executable: found.executable,
                arguments: found.arguments,
                socket: found.socket,
                launcher: launcher,
                surroundings: surroundings
            ),
            found: found,
            cgroupParent: EngineConnection.cgroupParent(setup, driver: found.report.cgroupDriver),
            facts: facts
        )
    }

    /// The engine's client runs beside the instances, never in their groups.
    private func launcher() async -> Launcher {
        var launcher = Launcher(agentExecutable: setup.agentExecutable)
        launcher.cpus = setup.housekeepingCPUs
        let group = ControlGroup("\(setup.controlGroup)/\(dialect.name)-client")
        do {
            try await setup.ledger.willCreate(kind: "cgroup", name: group.path, detail: [:])
            try group.create(limits: nil)
            clientGroup = group
            launcher.joinFiles = group.joinFiles
        } catch {
            // An ordinary user may use an engine without being able to make control groups.
            try? await setup.ledger.didRemove(kind: "cgroup", name: group.path)
        }
        return launcher
    }

    /// systemd keeps a slice that it made for a container after the container is gone.
    private func removeSlice(_ connection: EngineConnection) async {
        guard connection.found.report.cgroupDriver == "systemd", surroundings.isRoot, surroundings.hasSystemd,
            let systemctl = surroundings.path(of: "systemctl")
        else { return }
        let stop = [systemctl, "stop", EngineConnection.slice(setup.run)]
        _ = try? await surroundings.run(HostCommand(stop, timeLimit: .seconds(10)))
    }
}
