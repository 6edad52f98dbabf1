import BenchrunModel
import Results

/// Operations of container engines: only environments that have an engine are measured.
extension Experiment {
    /// The environments that can do what a block asks for, in an order given. What has no engine has no store that an
    /// image could be fetched into: it is left out, as a phase is that an environment does not have.
    func able(_ names: [String], to key: BlockKey) -> [String] {
        let workload = setup.plan.workloads.first { $0.name == key.workload }
        guard workload?.activity.operation != nil else { return names }
        return names.filter { name in
            let driver = setup.plan.environments.first { $0.name == name }.flatMap { setup.drivers[$0.driver] }
            return driver is any EngineOperating
        }
    }

    /// Does one operation and times it.
    func operationRows(
        _ cell: inout Cell,
        _ operation: EngineOperation
    ) async throws -> ([Sample], [TelemetryRecord]) {
        let (driver, spec) = try await pool.specification(
            of: cell.environment,
            round: cell.round,
            session: setup.session
        )
        cell.instance = spec.name
        guard let engine = driver as? any EngineOperating else {
            throw DriverError(
                subject: cell.environment,
                detail: "it has no engine that could \(operation.rawValue) an image",
                nextStep: "leave it out of the suite"
            )
        }
        let measurement = OperationCell(
            cell: cell,
            operation: operation,
            engine: engine,
            spec: spec,
            context: setup.contexts[cell.environment] ?? setup.context,
            host: setup.host
        )
        return try await measurement.measure()
    }
}
