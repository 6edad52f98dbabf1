import BenchrunModel
import Host

/// What runs in an instance.
enum ServeCommand {
    /// Where the agent in it finds the host: at its standard streams.
    static let standard = ["serve", "--stdio"]

    /// The agent; through its own launcher where that must set the affinity again.
    ///
    /// An instance inherits the affinity of what started it. Where that shares only some CPUs with the measured ones,
    /// the kernel would narrow the instance to these.
    static func arguments(
        _ service: [String] = standard,
        limits: Limits,
        housekeepingCPUs: [Int]
    ) -> [String] {
        let serve = [GuestPath.agent] + service
        let measured = Set(limits.cpus)
        let shared = measured.intersection(housekeepingCPUs)
        guard !shared.isEmpty, shared != measured else { return serve }
        var launcher = Launcher(agentExecutable: GuestPath.agent)
        launcher.deathSignal = nil
        launcher.cpus = limits.cpus
        return launcher.arguments(for: serve)
    }
}
