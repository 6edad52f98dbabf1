public import BenchrunModel
import Host

/// Containers of a docker daemon: the user's where one answers, else a private one.
///
/// Options: `seccomp` (`default`, `unconfined`), `runtime` (one that the daemon knows), `scratch`
/// (`volume`, `layer`, `engine-volume`), `network` (`none`, `host`), `privileged`, `auto-remove`, and `client` (`cli`,
/// `socket`).
public struct DockerDriver: Driver {
    /// `docker`
    public static let name = EngineDialect.docker.name
    /// See the type.
    public static let options = EngineOptions.names

    let driver: ContainerDriver

    /// Creates the driver; does nothing yet.
    public init(setup: DriverSetup) {
        driver = ContainerDriver(.docker, setup: setup) { launcher, socket in
            DockerFinder(surroundings: ThisHost(), launcher: launcher, socket: socket)
        }
    }

    /// Looks for a daemon and asks it about itself.
    public func probe(_ environment: EnvironmentSpec) async -> Availability {
        await driver.probe(environment)
    }

    /// Imports the image unless the daemon has it from an earlier run.
    public func prepare(_ environment: EnvironmentSpec, in context: RunContext) async throws {
        try await driver.prepare(environment, in: context)
    }

    /// Makes the container and its scratch directory.
    public func create(_ spec: InstanceSpec, in context: RunContext) async throws -> any Instance {
        try await driver.create(spec, in: context)
    }

    /// Removes containers with the run's label. Where the private daemon's store still names some, that daemon is
    /// started for it; what its shims left running is ended by control group.
    public func removeOrphans(of run: RunID) async throws -> [String] {
        try await driver.removeOrphans(of: run)
    }

    /// Deletes scratch directories and stops the private daemon. The imported image stays for the next run.
    public func shutdown() async {
        await driver.shutdown()
    }
}
