import AgentProtocol
import BenchrunModel
import Results

/// A cell that takes an instance of its own from the request to its end and times every phase on the host's clock.
struct LifecycleCell: Sendable {
    let cell: Cell
    let driver: any Driver
    let spec: InstanceSpec
    let context: RunContext
    let host: any ExperimentHost

    /// Seconds by phase, and what the host counted meanwhile: an instance that comes and goes cannot be looked at.
    func measureWithTelemetry() async throws -> (phases: [Phase: Double], telemetry: TelemetryRecord) {
        let before = host.counters(at: .begin)
        var phases = try await measure()
        let window = host.counters(at: .end).since(before)
        // No part of what is compared.
        if spec.environment.name == EnvironmentSpec.nativeName, let bare = await host.bareExec() {
            phases[.bareExec] = seconds(bare)
        }
        return (phases, cell.record(window, iteration: 1, stage: cell.stage))
    }

    /// Seconds by phase. Clean-up runs to its end even when the task is cancelled.
    func measure() async throws -> [Phase: Double] {
        let requested = host.now()
        let instance = try await driver.create(spec, in: context)
        do {
            var marks = try await launch(instance, requestedAt: requested)
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

    private func launch(_ instance: any Instance, requestedAt requested: UInt64) async throws -> [Phase: Double] {
        let created = host.now()
        try await instance.start()
        let startReturned = host.now()
        let agent = try await instance.agent
        let (hello, receivedAt) = try await agent.hello(within: spec.readiness.limit)
        let execution = try await agent.run(Command(["true"]), onOutput: nil)
        let ready = host.now()
        guard execution.termination == .exited(0) else {
            throw AgentError(.refused, subject: spec.name, detail: "'true' ended with \(execution.termination)")
        }
        // An instance that shares the host's kernel tells when its first process ran; a guest's clock is another.
        let started = hello.bootID == host.bootID ? hello.startedAt : startReturned
        let firstProcess = min(max(started, created), receivedAt)
        return [
            .create: seconds(created - requested),
            .start: seconds(firstProcess - created),
            .firstFrame: seconds(receivedAt - firstProcess),
            .firstCommand: seconds(ready - receivedAt),
            .ready: seconds(ready - requested),
        ]
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
