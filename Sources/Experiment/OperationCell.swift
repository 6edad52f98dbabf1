import BenchrunModel
import Results

/// A cell in which an engine does one thing with an image, timed on the host's clock from the request until the engine
/// says that it is done.
struct OperationCell: Sendable {
    let cell: Cell
    let operation: EngineOperation
    let engine: any EngineOperating
    let spec: InstanceSpec
    let context: RunContext
    let host: any ExperimentHost

    /// The cell's rows and telemetry. Clean-up runs to its end even when the task is cancelled.
    func measure() async throws -> ([Sample], [TelemetryRecord]) {
        let ready = try await engine.ready(
            operation,
            named: spec.name,
            within: cell.workload.timeout,
            of: spec.environment,
            in: context
        )
        let result: ([Sample], [TelemetryRecord])
        do {
            result = try await perform(ready)
        } catch {
            await uncancelled { try? await ready.finish() }
            throw error
        }
        // To its end also when the task is cancelled: a container may run until then.
        let ended = await uncancelled { () -> Result<Void, any Error> in
            do { return .success(try await ready.finish()) } catch { return .failure(error) }
        }
        try ended.get()
        try Task.checkCancellation()
        return result
    }

    private func perform(_ ready: any ReadyOperation) async throws -> ([Sample], [TelemetryRecord]) {
        await host.settle()
        let before = host.counters(at: .begin)
        let began = host.now()
        try await ready.perform()
        let duration = host.now() - began
        let window = host.counters(at: .end).since(before)
        let verdict = CellVerdict(window)
        let rows = cell.workload.metrics.compactMap { metric -> Sample? in
            guard metric.source == .resource(.wall) else { return nil }
            let row = cell.row(
                metric,
                value: Double(duration) / 1e9 * metric.scale,
                iteration: 1,
                stage: cell.stage,
                startedAt: began,
                duration: duration
            )
            return verdict.judge(row)
        }
        return (rows, [cell.record(window, iteration: 1, stage: cell.stage)])
    }
}
