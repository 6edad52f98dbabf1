public import BenchrunModel
import Host

/// Containers of podman, run by root or, where the environment says so, by an ordinary user.
///
/// Options: `seccomp` (`default`, `unconfined`), `runtime` (`runc`, `crun`, ...), `scratch` (`volume`,
/// `layer`, `engine-volume`), `network` (`none`, `host`), `privileged`, `auto-remove` and `rootless`.
public struct PodmanDriver: Driver {
    /// `podman`
    public static let name = EngineDialect.podman.name
    /// See the type.
    public static let options = EngineOptions.names

    let driver: ContainerDriver

    /// Creates the driver; does nothing yet.
    public init(setup: DriverSetup) {
        driver = ContainerDriver(.podman, setup: setup) { launcher, _ in
            PodmanFinder(surroundings: ThisHost(), launcher: launcher)
        }
    }

    /// Looks for podman and asks it about itself.
    public func probe(_ environment: EnvironmentSpec) async -> Availability {
        await driver.probe(environment)
    }

    /// Imports the image unless the store has it from an earlier run.
    public func prepare(_ environment: EnvironmentSpec, in context: RunContext) async throws {
        try await driver.prepare(environment, in: context)
    }

    /// Makes the container and its scratch directory.
    public func create(_ spec: InstanceSpec, in context: RunContext) async throws -> any Instance {
        try await driver.create(spec, in: context)
    }

    /// Removes containers with the run's label, and ends what is left in their control groups.
    public func removeOrphans(of run: RunID) async throws -> [String] {
        try await driver.removeOrphans(of: run)
    }

    /// Deletes scratch directories. The imported image stays for the next run.
    public func shutdown() async {
        await driver.shutdown()
    }
}
