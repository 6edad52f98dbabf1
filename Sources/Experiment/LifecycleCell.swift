import AgentProtocol
import BenchrunModel
import Catalog
import Results

/// A cell that takes an instance of its own from the request to its end and times every phase on the host's clock.
struct LifecycleCell: Sendable {
    let cell: Cell
    let driver: any Driver
    /// One for each instance that is asked for at once.
    let specs: [InstanceSpec]
    let context: RunContext
    let host: any ExperimentHost

    private var spec: InstanceSpec { specs[0] }

    /// Figures by phase, and what the host counted meanwhile: an instance that comes and goes cannot be looked at.
    func measureWithTelemetry() async throws -> (phases: [Phase: Double], telemetry: TelemetryRecord) {
        let before = host.counters(at: .begin)
        let phases = try await measure()
        let window = host.counters(at: .end).since(before)
        return (try await addingBareExec(phases), cell.record(window, iteration: 1, stage: cell.stage))
    }

    /// Figures by phase. Clean-up runs to its end even when the task is cancelled.
    func measure() async throws -> [Phase: Double] {
        guard cell.workload.lifecycle.instances == "1" else {
            return try await ParallelStarts(driver: driver, specs: specs, context: context, host: host).measure()
        }
        let requested = host.now()
        let instance = try await driver.create(spec, in: context)
        do {
            var marks = try await launch(instance, requestedAt: requested)
            for operation in cell.workload.lifecycle.operations {
                marks[Phase(operation)] = try await perform(operation, on: instance)
            }
            let stopping = host.now()
            try await instance.stop()
            let stopped = host.now()
            try await instance.remove()
            let removed = host.now()
            marks[.stop] = seconds(stopped - stopping)
            marks[.remove] = seconds(removed - stopped)
            return marks
        } catch {
            throw await InstancePool.removing(instance, after: error)
        }
    }

    /// No part of what is compared.
    private func addingBareExec(_ phases: [Phase: Double]) async throws -> [Phase: Double] {
        let isWanted = cell.workload.metrics.contains { $0.source == .phase(.bareExec) }
        guard isWanted, spec.environment.name == EnvironmentSpec.nativeName, let bare = await host.bareExec() else {
            return phases
        }
        return phases.merging([.bareExec: seconds(bare)]) { $1 }
    }

    private func launch(_ instance: any Instance, requestedAt requested: UInt64) async throws -> [Phase: Double] {
        let created = host.now()
        try await instance.start()
        let startReturned = host.now()
        if case .serialPattern(let pattern, let limit) = spec.readiness {
            guard let console = instance as? any ConsoleReady else {
                throw DriverError(subject: spec.name, detail: "has no console to be watched")
            }
            let seenAt = max(try await console.awaitConsole(pattern, within: limit), startReturned)
            // Nothing that benchrun asked for runs in it: what it shows of itself is its first word and its readiness.
            return [
                .create: seconds(created - requested),
                .start: seconds(startReturned - created),
                .firstFrame: seconds(seenAt - startReturned),
                .ready: seconds(seenAt - requested),
            ]
        }
        let agent = try await instance.agent
        let (hello, receivedAt) = try await agent.hello(within: spec.readiness.limit)
        var marks = try await firstWork(by: agent, requestedAt: requested, greetedAt: receivedAt)
        // An instance that shares the host's kernel tells when its first process ran; a guest's clock is another.
        let isGuest = hello.bootID != host.bootID
        let started = isGuest ? startReturned : hello.startedAt
        let firstProcess = min(max(started, created), receivedAt)
        marks[.create] = seconds(created - requested)
        marks[.start] = seconds(firstProcess - created)
        marks[.firstFrame] = seconds(receivedAt - firstProcess)
        marks[.agent] = marks[.firstFrame]
        guard isGuest else { return marks }
        marks[.agent] = nil
        // Only after all that is timed.
        if wantsBoot, let booting = instance as? any Booting,
            let split = try await BootSplit.look(at: booting, agent: agent, hello: hello, host: host)
        {
            marks.merge(split.phases(startedAt: firstProcess, greetedAt: receivedAt)) { $1 }
        }
        return marks
    }

    private var wantsBoot: Bool {
        cell.workload.metrics.contains {
            [.phase(.firmware), .phase(.kernel), .phase(.initial), .phase(.agent)].contains($0.source)
        }
    }

    /// What shows that the instance is of use: a service's answer, or a command that was executed.
    private func firstWork(
        by agent: any AgentConnection,
        requestedAt requested: UInt64,
        greetedAt received: UInt64
    ) async throws -> [Phase: Double] {
        if let service = cell.workload.lifecycle.service,
            let command = CommandBuilder.service(of: cell.workload, case: cell.workloadCase)
        {
            let start = ServiceStart(service: service, command: command, limit: cell.workload.timeout, host: host)
            let (spawned, answered) = try await start.measure(by: agent, in: spec.name)
            return [
                .service: seconds(spawned - received), .firstAnswer: seconds(answered - spawned),
                .answered: seconds(answered - requested),
            ]
        }
        try await Self.executeTrue(by: agent, in: spec.name)
        let ready = host.now()
        return [.firstCommand: seconds(ready - received), .ready: seconds(ready - requested)]
    }

    /// - Returns: how long it took; nil where instances of this kind have no such thing.
    private func perform(_ operation: LifecycleOperation, on instance: any Instance) async throws -> Double? {
        let began = host.now()
        if operation == .agentExec {
            try await Self.executeTrue(by: try await instance.agent, in: spec.name)
        } else if let able = instance as? any LifecycleOperations, able.operations.contains(operation) {
            try await able.perform(operation)
        } else if operation == .pause, let pausing = instance as? any Pausing {
            try await pausing.pause()
        } else if operation == .unpause, let pausing = instance as? any Pausing {
            try await pausing.resume()
        } else {
            return nil
        }
        return seconds(host.now() - began)
    }

    static func executeTrue(by agent: any AgentConnection, in name: String) async throws {
        let execution = try await agent.run(Command(["true"]), onOutput: nil)
        guard execution.termination == .exited(0) else {
            throw AgentError(.refused, subject: name, detail: "'true' ended with \(execution.termination)")
        }
    }

    private func seconds(_ nanoseconds: UInt64) -> Double {
        Double(nanoseconds) / 1e9
    }

    /// The cell's rows: one a phase that was taken; a phase that this environment does not have gets no row.
    func rows(_ phases: [Phase: Double], startedAt: UInt64, duration: UInt64) -> [Sample] {
        cell.workload.metrics.compactMap { metric in
            guard case .phase(let phase) = metric.source, let value = phases[phase] else { return nil }
            return cell.row(
                metric,
                value: value * metric.scale,
                iteration: 1,
                stage: cell.stage,
                startedAt: startedAt,
                duration: duration
            )
        }
    }
}

extension Phase {
    /// The phase of an operation, which has the same name.
    fileprivate init(_ operation: LifecycleOperation) {
        guard let phase = Phase(rawValue: operation.rawValue) else {
            preconditionFailure("no phase is called '\(operation.rawValue)'")
        }
        self = phase
    }
}
