public import BenchrunModel

/// A driver of its own name that leaves all the work to the one that such drivers share.
public protocol ForwardingDriver: Driver {
    /// The driver that does the work.
    var base: DirectDriver { get }
}

extension ForwardingDriver {
    /// Isolations without an engine have no options: what differs is the tool.
    public static var options: Set<String> { [] }

    /// Looks for the tool, asks it for its version, and starts something through it.
    public func probe(_ environment: EnvironmentSpec) async -> Availability {
        await base.probe(environment)
    }

    /// Checks that the image has the places that instances mount something at.
    public func prepare(_ environment: EnvironmentSpec, in context: RunContext) async throws {
        try await base.prepare(environment, in: context)
    }

    /// Makes the control group with its limits, the scratch directory and the tool's files.
    public func create(_ spec: InstanceSpec, in context: RunContext) async throws -> any Instance {
        try await base.create(spec, in: context)
    }

    /// Ends what is in the control groups of the run's instances and removes these.
    public func removeOrphans(of run: RunID) async throws -> [String] {
        try await base.removeOrphans(of: run)
    }

    /// Deletes scratch directories.
    public func shutdown() async {
        await base.shutdown()
    }
}
