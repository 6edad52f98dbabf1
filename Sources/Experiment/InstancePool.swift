import AgentProtocol
import BenchrunModel

/// An instance that is ready, with the connection to its agent.
struct LiveInstance: Sendable {
    var instance: any Instance
    var agent: any AgentConnection
    /// The boot id of its kernel: the host's own where it shares the host's kernel and clocks.
    var bootID = ""
    /// How many cells it has measured.
    var cells = 0
    /// True while its processes are held still.
    var isPaused = false
}

/// The instances that the workloads of one round share: one an environment, never reused in the next round unless the
/// user asks for it.
actor InstancePool {
    private let plan: Plan
    private let context: RunContext
    private let contexts: [String: RunContext]
    private let drivers: [String: any Driver]
    private var live: [String: LiveInstance] = [:]
    private var launches = 0

    init(_ setup: Experiment.Setup) {
        plan = setup.plan
        context = setup.context
        contexts = setup.contexts
        drivers = setup.drivers
    }

    /// Instances that exist now.
    var count: Int { live.count }

    /// A name no other instance of the run has, in any session.
    func nextName(environment: String, round: Int, session: Int) -> String {
        launches += 1
        return "benchrun-\(plan.run)-s\(session)r\(round)-\(environment)-\(launches)"
    }

    /// Makes a specification for an instance of an environment.
    func specification(of environment: String, round: Int, session: Int) throws -> (any Driver, InstanceSpec) {
        guard let spec = plan.environments.first(where: { $0.name == environment }), let driver = drivers[spec.driver]
        else {
            throw DriverError(subject: environment, detail: "no driver serves this environment")
        }
        let name = nextName(environment: environment, round: round, session: session)
        return (driver, InstanceSpec(name: name, environment: spec, readiness: Readiness.of(spec, by: driver)))
    }

    /// Launches the round's instance of an environment and holds it still.
    func launch(_ environment: String, round: Int, session: Int) async throws -> LiveInstance {
        let (driver, spec) = try specification(of: environment, round: round, session: session)
        let instance = try await driver.create(spec, in: contexts[environment] ?? context)
        live[environment] = nil
        do {
            try await instance.start()
            let agent = try await instance.agent
            let (hello, _) = try await agent.hello(within: spec.readiness.limit)
            let ready = LiveInstance(instance: instance, agent: agent, bootID: hello.bootID)
            live[environment] = ready
            try await pause(environment)
            return live[environment] ?? ready
        } catch {
            live[environment] = nil
            throw await Self.removing(instance, after: error)
        }
    }

    /// The instance of an environment, if it was launched and still answers.
    func instance(of environment: String) -> LiveInstance? {
        live[environment]
    }

    /// Lets an environment's instance run; returns how many cells it had measured before.
    func resume(_ environment: String) async throws -> Int {
        guard var entry = live[environment] else { return 0 }
        if entry.isPaused, let pausing = entry.instance as? any Pausing {
            try await pausing.resume()
            entry.isPaused = false
        }
        let position = entry.cells
        entry.cells += 1
        live[environment] = entry
        return position
    }

    /// Holds an environment's instance still, where its driver can.
    func pause(_ environment: String) async throws {
        guard let entry = live[environment], !entry.isPaused, let pausing = entry.instance as? any Pausing else {
            return
        }
        try await pausing.pause()
        live[environment]?.isPaused = true
    }

    /// Removes one instance, because it failed.
    func discard(_ environment: String) async {
        guard let entry = live.removeValue(forKey: environment) else { return }
        await uncancelled {
            await entry.agent.close()
            try? await entry.instance.remove()
        }
    }

    /// Removes all instances, at once; runs to its end although the task is cancelled.
    /// - Returns: what could not be removed, one line each.
    func removeAll() async -> [String] {
        let entries = live
        live = [:]
        return await uncancelled {
            await withTaskGroup(of: String?.self) { group in
                for (environment, entry) in entries {
                    group.addTask {
                        await entry.agent.close()
                        do {
                            try await entry.instance.remove()
                            return nil
                        } catch {
                            return "\(environment): \(entry.instance.spec.name) could not be removed: \(error)"
                        }
                    }
                }
                var failures: [String] = []
                for await failure in group {
                    if let failure { failures.append(failure) }
                }
                return failures
            }
        }
    }

    /// Removes a half-made instance; the error that comes back keeps the tail of its log.
    static func removing(_ instance: any Instance, after error: any Error) async -> any Error {
        await uncancelled {
            let log = error is CancellationError ? "" : await instance.diagnostics()
            try? await instance.remove()
            return log.isEmpty ? error : InstanceFailure(cause: error, log: log)
        }
    }
}

/// Why an instance failed, with the tail of its log or console.
struct InstanceFailure: Error, CustomStringConvertible {
    var cause: any Error
    var log: String

    var description: String { "\(cause)" }

    /// The cause and the log of any error, for the folder of failed cells.
    static func evidence(of error: any Error) -> String {
        guard let failure = error as? InstanceFailure else { return "\(error)\n" }
        return "\(failure.cause)\n[log]\n\(failure.log)\n"
    }
}
