package import BenchrunModel
import Host

/// A container of docker's at another site than this host: in a guest, whose agent executes what is given here.
///
/// It is asked for as one on this host is: the same limits, mounts and names. Its agent speaks through a device of the
/// guest instead of its standard input and output, which would go through the engine.
package struct GuestContainer: Sendable {
    private let request: ContainerRequest

    /// Describes it.
    /// - Parameters:
    ///   - name: the instance.
    ///   - run: the run.
    ///   - limits: as of every instance; its CPUs become the guest's first ones.
    ///   - tag: the image in the guest's store.
    ///   - device: the guest's virtio-serial port, as a path.
    ///   - port: the port's name.
    /// - Throws: `DriverError`.
    package init(
        name: String,
        run: RunID,
        limits: Limits,
        tag: String,
        device: String,
        port: String
    ) throws {
        var limits = limits
        limits.cpus = Array(limits.cpus.indices)
        request = ContainerRequest(
            name: name,
            run: run,
            cgroupParent: "/benchrun",
            limits: limits,
            // More than a kernel's default cannot be given by a guest's.
            resources: .current().limiting("nofile", to: 1 << 20),
            scratch: GuestPath.scratch,
            agent: GuestPath.agent,
            relabels: false,
            tag: tag,
            options: try EngineOptions(EnvironmentSpec(name: name, driver: EngineDialect.docker.name)),
            runtime: nil,
            housekeepingCPUs: [],
            service: ["serve", "--port", port],
            devices: [device]
        )
    }

    /// Arguments of docker's client that make and start it.
    package var arguments: [String] {
        ["run", "--detach"] + request.arguments(in: .docker).dropFirst()
    }
}
