import Glibc

/// Arguments for `benchrun-agent launch ... -- COMMAND`, by which every instance process and daemon is started.
///
/// The launcher joins the control groups, sets the death signal, namespaces, mounts and affinity, and then becomes
/// the command (or its supervisor). The options are given in the order in which the launcher acts on them.
public struct Launcher: Sendable {
    /// The agent's executable on this host.
    public var agentExecutable: String
    /// Sent to the launched process when the thread that started it ends, which for a ``ChildProcess`` is the end of
    /// benchrun; nil for none.
    public var deathSignal: Int32? = SIGKILL
    /// `cgroup.procs` or `tasks` files that the launcher writes its own pid into.
    public var joinFiles: [String] = []
    /// CPUs it may run on; empty leaves them as they are.
    public var cpus: [Int] = []
    /// A mount namespace of its own, whose mounts are seen nowhere else and end with it.
    public var mountNamespace = false
    /// Mount points to detach in the private namespace; missing ones are ignored.
    public var unmounts: [String] = []
    /// Bind mounts; targets are below ``root`` when there is one.
    public var binds: [(source: String, target: String, readOnly: Bool)] = []
    /// Mount points of fresh tmpfs file systems, below ``root`` when there is one.
    public var tmpfs: [String] = []
    /// A directory that becomes `/`, read-only.
    public var root: String?
    /// Fresh proc, read-only sysfs and a minimal /dev.
    public var systemMounts = false
    /// Stay as the command's parent and subreaper: forward signals, reap orphans, end with the command's status and
    /// kill what remains of it.
    public var supervise = false
    /// A session of its own.
    public var newSession = false
    /// A user namespace of its own, in which the caller's user is root and there is no other.
    public var userNamespace = false
    /// A network namespace of its own with loopback up.
    public var networkNamespace = false

    /// Creates a launcher that changes nothing but the death signal.
    public init(agentExecutable: String) {
        self.agentExecutable = agentExecutable
    }

    /// The whole argument array, the agent's executable first.
    public func arguments(for command: [String]) -> [String] {
        var result = [agentExecutable, "launch"]
        if let deathSignal { result += ["--death-signal", String(deathSignal)] }
        for file in joinFiles { result += ["--join", file] }
        if !cpus.isEmpty { result += ["--cpus", cpus.map(String.init).joined(separator: ",")] }
        if newSession { result.append("--new-session") }
        if userNamespace { result.append("--user-namespace") }
        if networkNamespace { result.append("--network-namespace") }
        if mountNamespace { result.append("--mount-namespace") }
        for point in unmounts { result += ["--unmount", point] }
        if let root { result += ["--root", root] }
        for bind in binds {
            result += ["--bind", "\(bind.source):\(bind.target)" + (bind.readOnly ? ":ro" : "")]
        }
        for point in tmpfs { result += ["--tmpfs", point] }
        if systemMounts { result.append("--system-mounts") }
        if supervise { result.append("--supervise") }
        return result + ["--"] + command
    }
}
