import BenchrunModel

/// `bwrap`, run by root: it makes namespaces and mounts and nothing else.
struct BubblewrapIsolation: Isolation {
    let name = "bubblewrap"
    let program = "bwrap"
    let package = "bubblewrap"
    let toolPlace = ToolPlace.inInstance
    let makesGroups = false
    // It would end at a signal and have the agent killed.
    let ending = Ending.channel
    let inventsBootID = false

    func start(_ request: IsolationRequest) throws(OptionError) -> IsolationStart {
        var arguments = [
            request.executable, "--die-with-parent", "--as-pid-1", "--unshare-pid", "--unshare-net", "--unshare-ipc",
            "--unshare-uts", "--hostname", "benchrun", "--setenv", "container", name,
            "--ro-bind", request.root, "/", "--proc", "/proc", "--dev", "/dev", "--ro-bind", "/sys", "/sys",
        ]
        for path in GuestPath.temporary + ["/dev/shm"] {
            let isOpen = path.hasSuffix("tmp") || path == "/dev/shm"
            arguments += ["--perms", isOpen ? "1777" : "0755", "--tmpfs", path]
        }
        arguments += [
            "--bind", request.scratch, GuestPath.scratch, "--ro-bind", request.agent, GuestPath.agent,
            "--chdir", "/",
        ]
        return IsolationStart(arguments: arguments + request.command)
    }
}
