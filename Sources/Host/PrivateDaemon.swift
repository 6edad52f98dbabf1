public import BenchrunModel
import Glibc
import Synchronization

/// A daemon of one run: dockerd, libvirtd with virtlogd. Started through the launcher in a control group of its own
/// below the run's, supervised, its output in a file, recorded in the ledger.
public final class PrivateDaemon: Sendable {
    /// The supervising process.
    public let process: ChildProcess
    /// The group that holds it and all it starts, except what it puts into groups of its own.
    public let controlGroup: ControlGroup

    private let name: String
    private let ledger: any ResourceLedger
    private let ending = Mutex<Task<Void, Never>?>(nil)

    /// How long it has between SIGTERM and the end of its control group.
    private static let grace = Duration.seconds(5)

    private init(name: String, process: ChildProcess, controlGroup: ControlGroup, ledger: any ResourceLedger) {
        self.name = name
        self.process = process
        self.controlGroup = controlGroup
        self.ledger = ledger
    }

    /// Starts a daemon and waits until it answers.
    /// - Parameters:
    ///   - name: of its control group below the run's, and in messages.
    ///   - command: program and arguments.
    ///   - launcher: mounts and namespaces as the daemon needs them. Supervision is added, and the group; the CPUs
    ///     are the run's housekeeping ones unless some are given.
    ///   - setup: the run.
    ///   - logFile: takes its standard output and standard error.
    ///   - within: time until it must be ready.
    ///   - isReady: asks it; called every 20 ms until true. It must answer cancellation.
    /// - Throws: ``HostError`` with the end of the log when it ended early or was not ready in time;
    ///   `CancellationError`. Then nothing of it is left.
    public static func start(
        name: String,
        command: [String],
        launcher: Launcher,
        setup: DriverSetup,
        logFile: String,
        within: Duration,
        isReady: @escaping @Sendable () async -> Bool
    ) async throws -> PrivateDaemon {
        let group = ControlGroup("\(setup.controlGroup)/\(name)")
        try await setup.ledger.willCreate(kind: "cgroup", name: group.path, detail: [:])
        let daemon: PrivateDaemon
        do {
            try group.create(limits: nil)
            let arguments = supervised(launcher, in: group, setup).arguments(for: command)
            let process = try await ChildProcess.start(
                arguments,
                output: .file(logFile),
                error: .file(logFile)
            )
            daemon = PrivateDaemon(name: name, process: process, controlGroup: group, ledger: setup.ledger)
        } catch {
            try? await group.remove()
            try? await setup.ledger.didRemove(kind: "cgroup", name: group.path)
            throw error
        }
        do {
            try await setup.ledger.willCreate(kind: "daemon", name: daemon.process.identity, detail: ["name": name])
            try await daemon.becomeReady(within: within, logFile: logFile, isReady)
        } catch {
            await daemon.stop()
            throw error
        }
        return daemon
    }

    /// Ends it: SIGTERM, after 5 s SIGKILL to all of its control group; removes the group. Idempotent; goes on to
    /// the end when the task is cancelled.
    public func stop() async {
        let task = ending.withLock { ending in
            let task = ending ?? Task.detached { await self.end() }
            ending = task
            return task
        }
        await task.value
    }

    private func end() async {
        process.send(signal: SIGTERM)
        await withTaskGroup(of: Void.self) { race in
            race.addTask { _ = await self.process.waitForExit() }
            race.addTask {
                do {
                    try await Task.sleep(for: Self.grace)
                    await self.controlGroup.kill()
                    self.process.send(signal: SIGKILL)
                } catch {
                    // It ended within its grace.
                }
            }
            await race.next()
            race.cancelAll()
        }
        do {
            // Also ends what a daemon leaves behind when it goes.
            try await controlGroup.remove()
            try await ledger.didRemove(kind: "daemon", name: process.identity)
            try await ledger.didRemove(kind: "cgroup", name: controlGroup.path)
        } catch {
            // It stays in the ledger, and the next sweep tries again.
        }
    }

    /// The launcher as every daemon gets it. At the end of benchrun the supervisor is asked to end, not killed: it
    /// is the one that ends everything the daemon started.
    private static func supervised(_ launcher: Launcher, in group: ControlGroup, _ setup: DriverSetup) -> Launcher {
        var launcher = launcher
        launcher.supervise = true
        launcher.deathSignal = SIGTERM
        launcher.joinFiles += group.joinFiles
        if launcher.cpus.isEmpty { launcher.cpus = setup.housekeepingCPUs }
        return launcher
    }

    private func becomeReady(
        within limit: Duration,
        logFile: String,
        _ isReady: @escaping @Sendable () async -> Bool
    ) async throws {
        let isAnswering = try await withThrowingTaskGroup(of: Bool.self) { race in
            race.addTask {
                while self.process.isRunning {
                    if await isReady() { return true }
                    try await Task.sleep(for: .milliseconds(20))
                }
                return false
            }
            race.addTask {
                try await Task.sleep(for: limit)
                return false
            }
            defer { race.cancelAll() }
            return try await race.next() ?? false
        }
        guard !isAnswering else { return }
        let log = (KernelFile.read(logFile) ?? "").tail(lines: 12, bytes: 2000)
        let what =
            process.isRunning
            ? "was not ready within \(limit.inWords)"
            : "ended with status \(await process.waitForExit()) before it was ready"
        throw HostError(
            subject: name,
            detail: log.isEmpty ? what : "\(what); its log ends with:\n\(log)",
            nextStep: "start it by hand to see why, or use a \(name) that runs already"
        )
    }
}
