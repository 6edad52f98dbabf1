import BenchrunModel
import Results

extension Experiment {
    /// Measures a cell that has instances of its own.
    func densityRows(_ cell: inout Cell) async throws -> ([Sample], [TelemetryRecord]) {
        guard let density = cell.workload.density, let host = setup.host as? any DensityHost else {
            let reason = "this host does not tell how much memory is left; nothing can be added safely"
            return (cell.rows(without: .refused, reason: reason, startedAt: setup.host.now()), [])
        }
        var specs: [InstanceSpec] = []
        var driver: (any Driver)?
        for _ in 0..<cell.workloadCase.instances {
            let (own, spec) = try await pool.specification(
                of: cell.environment,
                round: cell.round,
                session: setup.session
            )
            specs.append(spec)
            driver = own
        }
        guard let driver, let first = specs.first else { return ([], []) }
        cell.instance = first.name
        await setup.host.settle()
        let onEvent = setup.onEvent
        let measurement = DensityCell(
            cell: cell,
            density: density,
            driver: driver,
            specs: specs,
            context: setup.contexts[cell.environment] ?? setup.context,
            host: host
        ) { onEvent(.step($0)) }
        let (rows, record) = try await measurement.measure()
        return (rows, [record])
    }
}
