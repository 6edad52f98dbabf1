public import BenchrunModel

extension PodmanDriver: EngineOperating {
    /// See ``EngineOperating``.
    public func ready(
        _ operation: EngineOperation,
        named name: String,
        within limit: Duration,
        of environment: EnvironmentSpec,
        in context: RunContext
    ) async throws -> any ReadyOperation {
        try await driver.ready(operation, named: name, within: limit, of: environment, in: context)
    }
}
