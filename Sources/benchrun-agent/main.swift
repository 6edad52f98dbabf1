import AgentProtocol
import CLinux
import Glibc

let startedAt = Clock.now
let usage = """
    usage: benchrun-agent serve --stdio | --port NAME | --descriptor NUMBER [--guest]
           benchrun-agent launch [OPTION...] -- COMMAND [ARGUMENT...]
           benchrun-agent facts
           benchrun-agent version

    serve   answer benchrun's requests over standard input and output, a virtio-serial port or an open socket;
            --guest: as pid 1 of a virtual machine, set it up first and power it off at the end
    launch  execute a command in the surroundings that these options make:
            --death-signal N          signal it gets when the thread that started this ends
            --join FILE               write the own process id into FILE (cgroup.procs); may be repeated
            --cpus LIST               CPUs it may use, such as 0,2-3
            --new-session             in a session of its own
            --user-namespace          as root of a user namespace that has no other user
            --network-namespace       in a network of its own with nothing but loopback
            --mount-namespace         in a mount namespace of its own, implied by those that follow
            --unmount DIRECTORY       detach what is mounted there, if anything is; may be repeated
            --root DIRECTORY          with this directory, read-only, as its root
            --system-mounts           with /proc, /sys (read-only) and a minimal /dev in that root
            --bind SOURCE:TARGET[:ro] with SOURCE at TARGET, which is below the root; may be repeated
            --tmpfs DIRECTORY         with a fresh tmpfs there, below the root; may be repeated
            --supervise               stay as its parent: forward signals, reap, end what it leaves behind
    facts   tell what a process started here gets

    """

/// Runs the subcommand and returns the exit status.
func run(_ arguments: [String]) -> Int32 {
    do {
        switch arguments.first {
        case "serve": return try Serve(arguments.dropFirst()).run(startedAt: startedAt)
        case "launch": return try LaunchOptions(arguments.dropFirst()).launch()
        case "facts": return try FactsCommand(arguments.dropFirst()).run()
        case "version":
            print("benchrun-agent, protocol \(agentProtocolVersion)")
            return 0
        case "help", "--help", "-h":
            print(usage, terminator: "")
            return 0
        default: throw UsageError("unknown subcommand; try 'benchrun-agent help'")
        }
    } catch let error as UsageError {
        complain(error.description)
        return arguments.first == "launch" ? Launch.failed : 2
    } catch {
        complain("\(error)")
        return Launch.failed
    }
}

exit(run(Array(CommandLine.arguments.dropFirst())))
