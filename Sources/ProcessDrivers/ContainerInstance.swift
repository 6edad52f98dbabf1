import AgentProtocol
import BenchrunModel
import Foundation
import Host

/// One container. The engine's attached client is the channel to the agent in it.
actor ContainerInstance: Pausing, Observing {
    /// How its processes were stopped.
    private enum Pause {
        case freezer(ControlGroup)
        case engine
    }

    nonisolated let spec: InstanceSpec
    private let connection: EngineConnection
    private let cpus: [Int]
    private let scratch: ScratchDirectory
    private let log: String
    private var link: AgentLink?
    private var client: ChildProcess?
    private var group: ControlGroup?
    private var serving: ServingProcesses?
    private var pause: Pause?
    private var isStopped = false

    /// Seconds that the agent has to end its children before the engine kills it.
    private static let stopTimeout = "3"

    /// A container that the engine has created.
    init(
        _ spec: InstanceSpec,
        connection: EngineConnection,
        cpus: [Int],
        scratch: ScratchDirectory,
        log: String
    ) {
        self.spec = spec
        self.connection = connection
        self.cpus = cpus
        self.scratch = scratch
        self.log = log
    }

    private var engine: EngineClient { connection.client }

    func start() async throws {
        guard link == nil else { throw error("start", "it was started before") }
        let ends = try AgentLink.spawnPair()
        defer { close(ends.child) }
        let link = try AgentLink(name: spec.name, input: ends.link, output: ends.link)
        do {
            client = try await engine.attach(spec.name, channel: ends.child, log: log)
        } catch {
            await link.close()
            throw error
        }
        self.link = link
    }

    var agent: any AgentConnection {
        get async throws {
            guard let link, let client else { throw error("start", "it was not started") }
            guard client.isRunning else {
                throw await engine.failure("start", detail: "\(spec.name) ended: \(await diagnostics())")
            }
            return link
        }
    }

    func stop() async throws {
        guard let client, !isStopped else { return }
        try await resume()
        let result = try await engine.run(["stop", "-t", Self.stopTimeout, spec.name])
        if !result.isSuccess {
            let failure = await engine.failure("stop", result)
            // It does not count when the container is gone all the same.
            if failure.isDaemonGone { throw failure }
            guard try await engine.containers(where: EngineLabel.filter(EngineLabel.instance, spec.name)).isEmpty else {
                throw failure
            }
        }
        isStopped = true
        await client.end(within: .seconds(3))
        await link?.close()
    }

    func remove() async throws {
        try? await resume()
        await link?.close()
        client?.send(signal: SIGKILL)
        try await engine.remove(spec.name, where: EngineLabel.filter(EngineLabel.instance, spec.name))
        isStopped = true
        await client?.end(within: .seconds(3))
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
        try await engine.check(["pause", spec.name])
        pause = .engine
    }

    func resume() async throws {
        switch pause {
        case nil: return
        case .freezer(let group):
            // Nothing to thaw is left of a container that was killed.
            if group.exists { try group.thaw() }
        case .engine: try await engine.check(["unpause", spec.name])
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
    private func controlGroup() async -> ControlGroup? {
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

    private func error(_ step: String, _ detail: String) -> DriverError {
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
