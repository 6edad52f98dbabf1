import BenchrunModel

/// `lxc-start` in the foreground, with a configuration of benchrun's own and none of LXC's templates.
struct LXCIsolation: Isolation {
    let name = "lxc"
    let program = "lxc-start"
    let package = "lxc"
    // Its monitor and the container each get a group that LXC makes below the instance's.
    let toolPlace = ToolPlace.beside
    let makesGroups = true
    let ending = Ending.signal
    let inventsBootID = true

    func start(_ request: IsolationRequest) throws(OptionError) -> IsolationStart {
        // The configuration has one setting a line, and mounts in it are fields as in /etc/fstab.
        try request.check(" \t\\", tool: program)
        return IsolationStart(
            arguments: [
                request.executable, "--foreground", "--name", request.name, "--lxcpath", "\(request.folder)/lxc",
                "--rcfile", "\(request.folder)/lxc.conf", "--logfile", "\(request.folder)/lxc.log",
                "--logpriority", "WARN", "--",
            ] + request.command,
            files: ["lxc.conf": Self.settings(request).map { "\($0.key) = \($0.value)\n" }.joined()],
            folders: ["lxc"],
            // Locks, by the container's path.
            covered: ["/run/lxc"]
        )
    }

    /// The configuration's lines.
    static func settings(_ request: IsolationRequest) -> [(key: String, value: String)] {
        var settings: [(key: String, value: String)] = [
            ("lxc.rootfs.path", "dir:\(request.root)"),
            ("lxc.rootfs.options", "ro"),
            ("lxc.uts.name", "benchrun"),
            ("lxc.net.0.type", "empty"),
            // Otherwise the loopback interface stays down.
            ("lxc.net.0.flags", "up"),
            ("lxc.mount.auto", "proc:mixed sys:ro"),
            ("lxc.autodev", "1"),
            ("lxc.pty.max", "1"),
            ("lxc.tty.max", "0"),
            // Standard streams are the agent's channel.
            ("lxc.console.path", "none"),
            ("lxc.cgroup.dir.container", "\(request.group)/payload"),
            ("lxc.cgroup.dir.monitor", "\(request.group)/monitor"),
            ("lxc.cgroup.dir.monitor.pivot", request.sparedGroup),
        ]
        let shared = "nosuid,nodev,mode=1777,size=\(InstanceMounts.sharedMemory(request.limits)),create=dir"
        let tmpfs = GuestPath.temporary.map { ($0, InstanceMounts.tmpfs(at: $0).joined(separator: ",")) }
        let binds = [(request.scratch, GuestPath.scratch, "bind,rw"), (request.agent, GuestPath.agent, "bind,ro")]
        let mounts =
            (tmpfs + [("/dev/shm", shared)]).map { path, options in "tmpfs \(path.dropFirst()) tmpfs \(options)" }
            + binds.map { source, path, options in "\(source) \(path.dropFirst()) none \(options)" }
        settings += mounts.map { (key: "lxc.mount.entry", value: "\($0) 0 0") }
        return settings
    }
}
