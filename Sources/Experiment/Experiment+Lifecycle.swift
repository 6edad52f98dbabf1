import BenchrunModel
import Catalog
import Results

/// Cells whose instances are what is measured.
extension Experiment {
    func lifecycleRows(_ cell: inout Cell) async throws -> ([Sample], [TelemetryRecord]) {
        let count = CommandBuilder.instances(of: cell.workload, case: cell.workloadCase)
        var specs: [InstanceSpec] = []
        for _ in 0..<count {
            specs.append(
                try await pool.specification(of: cell.environment, round: cell.round, session: setup.session).1
            )
        }
        guard let first = specs.first, let driver = setup.drivers[first.environment.driver] else { return ([], []) }
        cell.instance = first.name
        await setup.host.settle()
        if cell.workload.pageCache == .cold, let reason = try await dropPageCache() {
            return (cell.rows(without: .refused, reason: reason, startedAt: setup.host.now()), [])
        }
        let measurement = LifecycleCell(
            cell: cell,
            driver: driver,
            specs: specs,
            context: setup.contexts[cell.environment] ?? setup.context,
            host: setup.host
        )
        let startedAt = setup.host.now()
        let (phases, telemetry) = try await measurement.measureWithTelemetry()
        let rows = measurement.rows(phases, startedAt: startedAt, duration: setup.host.now() - startedAt)
        let verdict = CellVerdict(telemetry.counters)
        return (rows.map { verdict.judge($0) }, [telemetry])
    }

    /// Of the host only: an instance that does not exist yet has no cache.
    /// - Returns: nil when it is empty, else why it is not.
    private func dropPageCache() async throws -> String? {
        do {
            try await setup.host.dropPageCache()
            return nil
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return "\(error)"
        }
    }
}
