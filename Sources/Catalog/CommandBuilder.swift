public import AgentProtocol
public import BenchrunModel

/// Makes the commands that an agent executes from a workload and one of its cases: the same in every environment.
public enum CommandBuilder {
    /// The measured command.
    public static func command(of workload: Workload, case values: Case) -> Command {
        build(workload.command, workload, values)
    }

    /// The untimed commands that precede the first iteration, in order.
    public static func setup(of workload: Workload, case values: Case) -> [Command] {
        workload.setup.map { build($0, workload, values) }
    }

    /// The program of a lifecycle's service; nil where it has none.
    public static func service(of workload: Workload, case values: Case) -> Command? {
        workload.lifecycle.service.map { build($0.command, workload, values) }
    }

    /// How many instances a lifecycle asks for at once.
    public static func instances(of workload: Workload, case values: Case) -> Int {
        Int(Placeholder.expand(workload.lifecycle.instances, with: values.values)) ?? 1
    }

    /// Writes arguments that a user typed so that no part of them is taken for a placeholder.
    public static func escaping(_ arguments: [String]) -> [String] {
        arguments.map { Placeholder.escape($0) }
    }

    private static func build(_ arguments: [String], _ workload: Workload, _ values: Case) -> Command {
        Command(
            arguments.map { Placeholder.expand($0, with: values.values) },
            environment: environment(adding: workload.environment),
            directory: GuestPath.scratch,
            umask: 0o022,
            timeLimit: nanoseconds(workload.timeout)
        )
    }

    /// The standard environment with the workload's entries; one of the same name takes its place.
    private static func environment(adding entries: [String]) -> [String] {
        var environment = Command.standardEnvironment
        for entry in entries {
            let name = entry.prefix { $0 != "=" }
            environment.removeAll { $0.prefix { $0 != "=" } == name }
            environment.append(entry)
        }
        return environment
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        let (whole, isTooLong) = UInt64(max(0, seconds)).multipliedReportingOverflow(by: 1_000_000_000)
        return isTooLong ? .max : whole + UInt64(max(0, attoseconds) / 1_000_000_000)
    }
}
