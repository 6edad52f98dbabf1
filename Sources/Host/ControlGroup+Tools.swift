public import BenchrunModel

/// What tools need that make control groups of their own below an instance's.
extension ControlGroup {
    /// As ``create(limits:)``, and in every other version 1 hierarchy, too (`devices`, `pids`, `name=systemd`, ...): a
    /// tool that makes groups below its own must find itself in the run's tree in each.
    /// - Throws: ``HostError`` as ``create(limits:)``.
    public func createEverywhere(limits: Limits?) throws {
        try create(limits: limits)
        for hierarchy in layout.hierarchies where hierarchy.version == 1 {
            for directory in steps(in: hierarchy) { try makeStep(directory) }
        }
    }

    /// As ``joinFiles``, of all hierarchies that are mounted.
    public var allJoinFiles: [String] {
        layout.hierarchies.map { directory(in: $0) + "/cgroup.procs" }
    }

    /// Lets groups that others make below this one begin with its CPUs and memory nodes. In version 1 they would begin
    /// with none and accept no process; in version 2 there is nothing to do.
    /// - Throws: ``HostError`` when the kernel refuses.
    public func passOnCPUs() throws {
        guard let hierarchy = layout.hierarchy(of: "cpuset") else { return }
        try write("1", to: directory(in: hierarchy) + "/cgroup.clone_children")
    }

    /// As ``processFacts()``, of one process of which the caller knows that it is the instance's agent. Empty where it
    /// is gone.
    public static func processFacts(of process: Int32) -> [String: String] {
        KernelFile.read("/proc/\(process)/status").map { facts(status: $0) } ?? [:]
    }
}
