import AgentProtocol
import BenchrunModel
import Foundation
import Host

/// One process tree that a tool isolates.
actor DirectInstance: Pausing, Observing {
    nonisolated let spec: InstanceSpec
    private let launch: DirectLaunch
    private let scratch: ScratchDirectory
    private let log: String
    private var link: AgentLink?
    private var tool: ChildProcess?
    private var isPaused = false
    private var isStopped = false

    /// How long the agent has to end its children before all is killed.
    private static let grace = Duration.seconds(3)

    /// An instance of which nothing exists yet.
    init(_ spec: InstanceSpec, launch: DirectLaunch, scratch: ScratchDirectory) {
        self.spec = spec
        self.launch = launch
        self.scratch = scratch
        log = "\(launch.folder).log"
    }

    private var group: ControlGroup { launch.group }

    /// Makes its scratch directory, the tool's files and its control group.
    func create() async throws {
        try scratch.make()
        try FileManager.default.createDirectory(atPath: launch.folder, withIntermediateDirectories: true)
        try launch.writeFiles()
        let launch = launch
        try await errors.wrap("create") { try await ControlFiles.executor.run { try launch.makeGroup() } }
    }

    func start() async throws {
        guard tool == nil else { throw errors.error("start", "it was started before") }
        let started = try await AgentProcess.start(
            launch.arguments,
            environment: DirectLaunch.environment,
            log: log,
            errors: errors
        )
        (tool, link) = (started.process, started.link)
    }

    var agent: any AgentConnection {
        get async throws {
            guard let link, let tool else { throw errors.error("start", "it was not started") }
            guard tool.isRunning else { throw errors.error("start", "it ended: \(await diagnostics())") }
            guard launch.isolation.inventsBootID, let bootID = TextFile.read("/proc/sys/kernel/random/boot_id") else {
                return link
            }
            return SharedKernelAgent(link: link, bootID: TextFile.trimmed(bootID))
        }
    }

    func stop() async throws {
        guard let tool, !isStopped else { return }
        try await resume()
        switch launch.isolation.ending {
        case .signal: await tool.stop(grace: Self.grace)
        case .channel:
            await link?.close()
            await tool.end(within: Self.grace)
        }
        // Where the tool had to be killed, it has left what it started.
        await group.kill()
        isStopped = true
        await link?.close()
    }

    func remove() async throws {
        await link?.close()
        // Kills what is in it, frozen or not. A tool that runs beside then ends by itself.
        try await errors.wrap("remove") { try await group.remove() }
        isStopped = true
        await tool?.end(within: Self.grace)
        // A tool that had begun to make its groups anew when they were removed.
        try await errors.wrap("remove") { try await group.remove() }
        try await scratch.remove()
        try? FileManager.default.removeItem(atPath: launch.folder)
        try? FileManager.default.removeItem(atPath: log)
    }

    func diagnostics() async -> String {
        TextFile.tail(log)
    }

    // MARK: - Pausing

    func pause() async throws {
        guard !isPaused else { return }
        let group = group
        try await errors.wrap("pause") { try await ControlFiles.executor.run { try group.freeze() } }
        isPaused = true
    }

    func resume() async throws {
        guard isPaused else { return }
        let group = group
        // Nothing to thaw is left of an instance that was killed.
        if group.exists {
            try await errors.wrap("resume") { try await ControlFiles.executor.run { try group.thaw() } }
        }
        isPaused = false
    }

    // MARK: - Observing

    func resetPeakMemory() async {
        group.resetPeakMemory()
    }

    func peakMemory() async -> UInt64? {
        group.peakMemory()
    }

    func enforcedLimits() async -> [String: String] {
        let facts = agentProcess().map { ControlGroup.processFacts(of: $0) } ?? [:]
        return group.enforced().merging(facts) { limit, _ in limit }
    }

    func counters() async -> Counters {
        var counters: Counters = [:]
        counters.add(group.counters(on: launch.limits.cpus), of: .instance)
        return counters
    }

    /// The agent, which need not be the first process: the tool may wait in the same group for its end.
    private func agentProcess() -> Int32? {
        group.processes().first { process in
            let words = (TextFile.read("/proc/\(process)/cmdline") ?? "").split(separator: "\0")
            return words.first.map(String.init) == GuestPath.agent && words.contains("serve")
        }
    }

    // MARK: - Errors

    private var errors: InstanceErrors { InstanceErrors(driver: launch.isolation.name, instance: spec.name) }
}
