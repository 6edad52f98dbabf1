/// A driver whose instances are not all ready when an agent speaks: some have none.
public protocol ReadinessChoosing: Driver {
    /// When instances of an environment count as ready.
    func readiness(of environment: EnvironmentSpec) -> Readiness
}

/// An instance without an agent, which tells on its serial console how far it has come.
public protocol ConsoleReady: Instance {
    /// Waits until its console has shown what a regular expression matches.
    /// - Returns: the host's CLOCK_MONOTONIC_RAW in nanoseconds when that was seen.
    /// - Throws: `DriverError` when it ends before, or the limit passes.
    func awaitConsole(_ pattern: String, within limit: Duration) async throws -> UInt64
}

extension Readiness {
    /// When instances of an environment of a driver count as ready.
    public static func of(_ environment: EnvironmentSpec, by driver: any Driver) -> Readiness {
        (driver as? any ReadinessChoosing)?.readiness(of: environment) ?? .agentFrame(.seconds(60))
    }

    /// Whether there is an agent that executes commands.
    public var hasAgent: Bool {
        if case .agentFrame = self { true } else { false }
    }
}
