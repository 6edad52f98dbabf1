import BenchrunModel

/// `systemd-nspawn`, with or without systemd as the host's pid 1.
struct NspawnIsolation: Isolation {
    let name = "nspawn"
    let program = "systemd-nspawn"
    let package = "systemd-container"
    // It makes groups `supervisor` and `payload` below the one that it finds itself in.
    let toolPlace = ToolPlace.inInstance
    let makesGroups = true
    let ending = Ending.signal
    let inventsBootID = true

    private static let boundRoot = "root"

    /// Without the two that keep it in its group it would ask systemd for a scope, where there may be no systemd.
    private static let unregistered = ["--register=no", "--keep-unit"]

    /// What it would take from the host or leave there.
    private static let alone = [
        "--quiet", "--settings=no", "--link-journal=no", "--timezone=off", "--resolv-conf=off",
    ]

    func start(_ request: IsolationRequest) throws(OptionError) -> IsolationStart {
        // Ends of paths, and escapes.
        try request.check(":\\", tool: program)
        var arguments = [request.executable] + Self.unregistered + Self.alone
        arguments += [
            "--pipe", "--private-network", "--read-only",
            // It makes directories in a tree that it may write to, and a lock beside it.
            "--directory=\(request.folder)/\(Self.boundRoot)",
            "--machine=benchrun", "--hostname=benchrun", "--setenv=container=\(name)", "--kill-signal=SIGTERM",
        ]
        arguments += request.resources.values.map { limit in
            "--rlimit=RLIMIT_\(limit.name.uppercased())=\(Self.text(limit.soft)):\(Self.text(limit.hard))"
        }
        // Its own /run it keeps: it has its own files in it.
        arguments += GuestPath.temporary.filter { $0 != "/run" }.map { path in
            "--tmpfs=\(path):\(InstanceMounts.tmpfs(at: path).joined(separator: ","))"
        }
        arguments += [
            "--bind=\(request.scratch):\(GuestPath.scratch)", "--bind-ro=\(request.agent):\(GuestPath.agent)", "--",
        ]
        return IsolationStart(
            arguments: arguments + request.command,
            // Locks and directories for every machine, which it would leave when killed.
            covered: ["/run/systemd/nspawn"],
            boundRoot: Self.boundRoot
        )
    }

    private static func text(_ value: UInt64?) -> String {
        value.map(String.init) ?? "infinity"
    }
}
