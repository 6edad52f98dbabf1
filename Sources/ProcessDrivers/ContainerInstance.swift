import AgentProtocol
import BenchrunModel
import Foundation
import Host

/// One container. What the engine attaches to it is the channel to the agent in it.
actor ContainerInstance: Pausing, Observing {
    /// How its processes were stopped.
    enum Pause {
        case freezer(ControlGroup)
        case engine
    }

    nonisolated let spec: InstanceSpec
    let connection: EngineConnection
    private let cpus: [Int]
    let scratch: ScratchDirectory
    let log: String
    private(set) var link: AgentLink?
    private let controls: any ContainerControls
    private var channel: (any ContainerChannel)?
    private var group: ControlGroup?
    private(set) var serving: ServingProcesses?
    var pause: Pause?
    private var isStopped = false
    /// The image that was made of it.
    var committed: String?

    /// Seconds that the agent has to end its children before the engine kills it.
    static let stopTimeout = "3"

    /// A container that the engine has created.
    init(
        _ spec: InstanceSpec,
        connection: EngineConnection,
        controls: any ContainerControls,
        cpus: [Int],
        scratch: ScratchDirectory,
        log: String
    ) {
        self.spec = spec
        self.connection = connection
        self.controls = controls
        self.cpus = cpus
        self.scratch = scratch
        self.log = log
    }

    var engine: EngineClient { connection.client }

    func start() async throws {
        guard link == nil else { throw error("start", "it was started before") }
        let (link, channel) = try await controls.start(spec.name, log: log)
        self.channel = channel
        self.link = link
    }

    var agent: any AgentConnection {
        get async throws {
            guard let link, let channel else { throw error("start", "it was not started") }
            guard channel.isOpen else {
                throw await engine.failure("start", detail: "\(spec.name) ended: \(await diagnostics())")
            }
            return link
        }
    }

    func stop() async throws {
        guard let channel, !isStopped else { return }
        try await resume()
        try await controls.stop(spec.name)
        isStopped = true
        await channel.end(within: .seconds(3))
        await link?.close()
    }

    func remove() async throws {
        try? await resume()
        await link?.close()
        channel?.drop()
        // While the container is there, whoever sweeps after this process knows of both.
        try await removeCommitted()
        try await controls.remove(spec.name)
        isStopped = true
        await channel?.end(within: .seconds(3))
        try await scratch.remove()
        try? FileManager.default.removeItem(atPath: log)
    }

    func diagnostics() async -> String {
        let format =
            "{{.State.Status}}, exit status {{.State.ExitCode}}, out of memory {{.State.OOMKilled}} {{.State.Error}}"
        let state = try? await engine.run(["inspect", "--format", format, spec.name], within: EngineClient.question)
        let words = state.flatMap { $0.isSuccess ? "container \(TextFile.trimmed($0.output))" : nil }
        return [words, TextFile.tail(log)].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    // MARK: - Pausing

    /// Through the control group's freezer, which takes 0.1 ms; through the engine, which takes 20 ms and more, where
    /// the group cannot be written.
    func pause() async throws {
        guard pause == nil else { return }
        if let group = await controlGroup() {
            do {
                try await ControlFiles.executor.run { try group.freeze() }
                pause = .freezer(group)
                return
            } catch {
                try? group.thaw()
            }
        }
        try await controls.pause(spec.name)
        pause = .engine
    }

    func resume() async throws {
        switch pause {
        case nil: return
        case .freezer(let group):
            // Nothing to thaw is left of a container that was killed.
            if group.exists { try group.thaw() }
        case .engine: try await controls.unpause(spec.name)
        }
        pause = nil
    }

    // MARK: - Observing

    func resetPeakMemory() async {
        await controlGroup()?.resetPeakMemory()
    }

    func peakMemory() async -> UInt64? {
        await controlGroup()?.peakMemory()
    }

    func enforcedLimits() async -> [String: String] {
        guard let group = await controlGroup() else { return [:] }
        return group.enforced().merging(group.processFacts()) { limit, _ in limit }
    }

    func counters() async -> Counters {
        guard let group = await controlGroup() else { return [:] }
        var counters = serving?.counters() ?? [:]
        counters.add(group.counters(on: cpus), of: .instance)
        return counters
    }

    /// Asked for once, outside of what is timed.
    func controlGroup() async -> ControlGroup? {
        if let group { return group }
        let format = "{{.State.Pid}} {{.Id}}"
        guard
            let result = try? await engine.run(
                ["inspect", "--format", format, spec.name],
                within: EngineClient.question
            )
        else { return nil }
        let words = TextFile.trimmed(result.output).split(separator: " ")
        guard result.isSuccess, words.count == 2, let process = Int32(words[0]) else { return nil }
        group = ContainerCgroup.find(process: process, id: String(words[1]))
        serving = ServingProcesses(container: process, socket: engine.socket)
        return group
    }

    func error(_ step: String, _ detail: String) -> DriverError {
        DriverError(subject: engine.subject(step), detail: "\(spec.name): \(detail)")
    }
}

extension ChildProcess {
    /// Waits for an end that is about to come, and forces it when it does not.
    func end(within limit: Duration) async {
        let killer = Task {
            try await Task.sleep(for: limit)
            send(signal: SIGKILL)
        }
        _ = await waitForExit()
        killer.cancel()
    }
}
