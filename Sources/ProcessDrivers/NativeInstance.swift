import AgentProtocol
import BenchrunModel
import Foundation
import Host

/// One native process tree.
actor NativeInstance: Pausing, Observing {
    nonisolated let spec: InstanceSpec
    private let options: NativeOptions
    private let context: RunContext
    /// Nil where an ordinary user may not make one.
    let group: ControlGroup?
    let scratch: ScratchDirectory
    private let log: String
    private var link: AgentLink?
    private var process: ChildProcess?
    private var isPaused = false
    private var isStopped = false

    /// How long the agent has to end its children before all is killed.
    private static let grace = Duration.seconds(3)

    /// An instance of which nothing exists yet.
    init(_ spec: InstanceSpec, options: NativeOptions, in context: RunContext) {
        self.spec = spec
        self.options = options
        self.context = context
        group = options.hasControlGroup ? ControlGroup("\(context.setup.controlGroup)/\(spec.name)") : nil
        scratch = ScratchDirectory(of: spec.name, driver: NativeDriver.name, in: context)
        log = "\(context.setup.stateDirectory)/\(spec.name).log"
    }

    /// Makes its control group and scratch directory.
    func create() async throws {
        try scratch.make()
        guard let group else { return }
        let limits = options.enforced(context.limits)
        try await errors.wrap("create") { try await ControlFiles.executor.run { try group.create(limits: limits) } }
    }

    func start() async throws {
        guard process == nil else { throw errors.error("start", "it was started before") }
        let arguments = launcher.arguments(for: [GuestPath.agent] + ServeCommand.standard)
        let started = try await AgentProcess.start(arguments, log: log, errors: errors)
        (process, link) = (started.process, started.link)
    }

    private var launcher: Launcher {
        var launcher = Launcher(agentExecutable: context.setup.agentExecutable)
        launcher.joinFiles = group?.joinFiles ?? []
        // Without a group nobody else can end what the agent has started: it is asked to.
        if group == nil { launcher.deathSignal = SIGTERM }
        launcher.cpus = context.limits.cpus
        launcher.userNamespace = options.hasUserNamespace
        launcher.networkNamespace = options.network == .none
        launcher.mountNamespace = true
        launcher.root = context.image.directory
        launcher.binds = [
            (source: context.setup.agentExecutable, target: GuestPath.agent, readOnly: true),
            (source: scratch.path, target: GuestPath.scratch, readOnly: false),
        ]
        launcher.binds += options.hostPlaces.filter { FileManager.default.fileExists(atPath: $0) }.map {
            (source: $0, target: $0, readOnly: false)
        }
        launcher.tmpfs = GuestPath.temporary
        launcher.systemMounts = options.system == .own
        return launcher
    }

    var agent: any AgentConnection {
        get async throws {
            guard let link, let process else { throw errors.error("start", "it was not started") }
            guard process.isRunning else { throw errors.error("start", "it ended: \(await diagnostics())") }
            return link
        }
    }

    func stop() async throws {
        guard let process, !isStopped else { return }
        try await resume()
        await process.stop(grace: Self.grace)
        await group?.kill()
        isStopped = true
        await link?.close()
    }

    func remove() async throws {
        await link?.close()
        // Kills what is in it, frozen or not.
        if let group {
            try await errors.wrap("remove") { try await group.remove() }
        } else if !isStopped {
            process?.send(signal: SIGCONT)
            process?.send(signal: SIGTERM)
        }
        isStopped = true
        await process?.end(within: Self.grace)
        try await scratch.remove()
        try? FileManager.default.removeItem(atPath: log)
    }

    func diagnostics() async -> String {
        TextFile.tail(log)
    }

    // MARK: - Pausing

    func pause() async throws {
        guard !isPaused else { return }
        if let group {
            try await errors.wrap("pause") { try await ControlFiles.executor.run { try group.freeze() } }
        } else {
            process?.send(signal: SIGSTOP)
        }
        isPaused = true
    }

    func resume() async throws {
        guard isPaused else { return }
        if let group {
            try await errors.wrap("resume") { try await ControlFiles.executor.run { try group.thaw() } }
        } else {
            process?.send(signal: SIGCONT)
        }
        isPaused = false
    }

    // MARK: - Observing

    func resetPeakMemory() async {
        group?.resetPeakMemory()
    }

    func peakMemory() async -> UInt64? {
        group?.peakMemory()
    }

    func enforcedLimits() async -> [String: String] {
        guard let group else { return process.map { Unlimited.facts(of: $0.pid) } ?? [:] }
        var facts = group.enforced().merging(group.processFacts()) { limit, _ in limit }
        // Said, so that it can be compared with what was asked for.
        if options.limits == .cpus, facts[FactKey.memoryLimit] == nil { facts[FactKey.memoryLimit] = "none" }
        return facts
    }

    func counters() async -> Counters {
        var counters: Counters = [:]
        if let group { counters.add(group.counters(on: context.limits.cpus), of: .instance) }
        return counters
    }

    // MARK: - Errors

    private var errors: InstanceErrors { InstanceErrors(driver: NativeDriver.name, instance: spec.name) }
}
