import BenchrunModel
import Foundation
import Host

/// A docker daemon of our own, for hosts where none answers and we are root.
///
/// It lives in a mount namespace of its own, so that a killed daemon leaves no mount behind, without network rules
/// or bridge. Images stay in its store between runs; the store belongs to one benchrun at a time.
final class PrivateDocker: Sendable {
    /// Where it listens.
    let socket: String
    /// What the report should know about it.
    let notes: [String: String]
    private let daemon: PrivateDaemon
    private let lock: HostLock
    private let madeDirectory: Bool

    /// How long it may take to become ready.
    private static let patience = Duration.seconds(30)
    /// containerd's shims listen here whatever the daemon is told. Covered by a tmpfs that only the daemon sees, it
    /// also hides a containerd of the system, which the daemon would use instead of starting its own in our group.
    private static let containerdDirectory = "/run/containerd"

    private init(
        daemon: PrivateDaemon,
        lock: HostLock,
        socket: String,
        notes: [String: String],
        madeDirectory: Bool
    ) {
        self.daemon = daemon
        self.lock = lock
        self.socket = socket
        self.notes = notes
        self.madeDirectory = madeDirectory
    }

    /// Starts it and waits until it answers.
    /// - Parameters:
    ///   - silence: what was found instead of a daemon.
    ///   - setup: the run.
    ///   - surroundings: the host.
    ///   - client: the launcher of docker's client, which asks it whether it is ready.
    /// - Throws: ``Unavailable`` when it must not or cannot be started.
    static func start(
        _ silence: Unavailable,
        setup: DriverSetup,
        surroundings: any Surroundings,
        client: Launcher
    ) async throws(Unavailable) -> PrivateDocker {
        guard surroundings.isRoot else {
            throw Unavailable(reason: "\(silence.reason), and only root can start one", nextStep: silence.nextStep)
        }
        guard let docker = surroundings.path(of: "docker"), let dockerd = surroundings.path(of: "dockerd") else {
            throw Unavailable(
                reason: "\(silence.reason), and dockerd is not installed",
                nextStep: "install docker.io, or run 'make setup'"
            )
        }
        if case .failure(let error) = ControlGroup.isAvailable {
            throw Unavailable(
                reason: "\(silence.reason), and a private one needs control groups: \(error.detail)",
                nextStep: error.nextStep ?? "run 'benchrun doctor'"
            )
        }
        let places = PrivateDockerPlaces(setup)
        try places.check()
        let lock = try takeStore(places, run: setup.run)
        let isNew = !FileManager.default.fileExists(atPath: containerdDirectory)
        do {
            try places.make()
            if isNew {
                try FileManager.default.createDirectory(atPath: containerdDirectory, withIntermediateDirectories: true)
            }
        } catch {
            throw Unavailable(
                reason: "a private docker daemon has no place: \(error)",
                nextStep: "free space, or permit it"
            )
        }
        let ready: @Sendable () async -> Bool = {
            guard surroundings.state(ofSocket: places.socket) == .listening else { return false }
            let ask = [docker, "--host", "unix://\(places.socket)", "version", "--format", "{{.Server.Version}}"]
            let call = HostCommand(client.arguments(for: ask), timeLimit: .seconds(10))
            return (try? await surroundings.run(call).isSuccess) ?? false
        }
        var launcher = Launcher(agentExecutable: setup.agentExecutable)
        launcher.mountNamespace = true
        launcher.tmpfs = [containerdDirectory]
        launcher.cpus = setup.housekeepingCPUs
        var reason: String?
        for driver in StorageDriver.allCases {
            let store = places.store(driver)
            try await waitForFormer(store)
            do {
                try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: true)
                let daemon = try await PrivateDaemon.start(
                    name: "dockerd",
                    command: [dockerd] + places.arguments(driver),
                    launcher: launcher,
                    setup: setup,
                    logFile: places.log,
                    within: patience,
                    isReady: ready
                )
                let notes = reason.map { ["storage.reason": $0] } ?? [:]
                return PrivateDocker(
                    daemon: daemon,
                    lock: lock,
                    socket: places.socket,
                    notes: notes,
                    madeDirectory: isNew
                )
            } catch {
                reason = "\(error)"
                if Task.isCancelled { break }
            }
        }
        lock.release()
        throw Unavailable(
            reason: "\(silence.reason), and a private one does not start: \(reason ?? "interrupted")",
            nextStep: silence.nextStep
        )
    }

    /// Deletes containers that dead runs left in the store. Nobody but us uses it, so all are theirs.
    func removeForeign(_ client: EngineClient, keeping runs: [RunID]) async {
        guard var foreign = try? await client.containers(where: "label=\(EngineLabel.run)"), !foreign.isEmpty else {
            return
        }
        for run in runs {
            guard let kept = try? await client.containers(where: EngineLabel.filter(EngineLabel.run, run.text)) else {
                return
            }
            foreign.removeAll { kept.contains($0) }
        }
        if !foreign.isEmpty { _ = try? await client.run(["rm"] + client.dialect.remove + foreign) }
    }

    /// Ends it and gives the store back. Idempotent.
    func stop() async {
        await daemon.stop()
        lock.release()
        // Only when empty: a containerd of the system may have begun to use it.
        if madeDirectory { rmdir(Self.containerdDirectory) }
    }

    /// Whether the store, without its daemon, holds containers of a run.
    static func storeHolds(_ run: RunID, setup: DriverSetup) -> Bool {
        let places = PrivateDockerPlaces(setup)
        return StorageDriver.allCases.contains { driver in
            let directory = places.store(driver) + "/containers"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            return names.contains { name in
                guard let bytes = FileManager.default.contents(atPath: "\(directory)/\(name)/config.v2.json"),
                    let record = try? JSONDecoder().decode(ContainerRecord.self, from: bytes)
                else { return false }
                return record.config.labels?[EngineLabel.run] == run.text
            }
        }
    }

    private static func takeStore(_ places: PrivateDockerPlaces, run: RunID) throws(Unavailable) -> HostLock {
        do {
            return try HostLock.acquire(run: run, at: places.lock)
        } catch {
            guard let holder = error.holder else {
                throw Unavailable(reason: error.description, nextStep: "check the directory's permissions")
            }
            throw Unavailable(
                reason:
                    "no docker daemon answers, and the private one belongs to run \(holder.run) (pid \(holder.pid))",
                nextStep: "wait until that run has ended"
            )
        }
    }

    /// The daemon of a benchrun that was killed needs a moment to end after it.
    private static func waitForFormer(_ store: String) async throws(Unavailable) {
        let file = PrivateDockerPlaces.processFile(store)
        for _ in 0..<100 {
            guard let text = TextFile.read(file), let process = Int32(TextFile.trimmed(text)),
                let command = TextFile.read("/proc/\(process)/cmdline"), command.contains(store)
            else {
                // The number of a daemon that is gone may be another process's by now; dockerd does not look closer.
                try? FileManager.default.removeItem(atPath: file)
                return
            }
            do { try await Task.sleep(for: .milliseconds(100)) } catch { break }
        }
        throw Unavailable(
            reason: "a private docker daemon of an earlier run still uses \(store)",
            nextStep: "run 'benchrun clean'"
        )
    }
}

/// What docker keeps about a container.
private struct ContainerRecord: Decodable {
    struct Config: Decodable {
        var labels: [String: String]?
        enum CodingKeys: String, CodingKey { case labels = "Labels" }
    }
    var config: Config
    enum CodingKeys: String, CodingKey { case config = "Config" }
}
