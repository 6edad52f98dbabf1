import CLinux
import Glibc

/// The parent that `--supervise` leaves behind: a small init for one command and all it starts.
struct Supervisor {
    private static let forwarded = [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2]
    /// Milliseconds.
    private static let sweepLimit: UInt64 = 10_000

    private let children: ChildList
    private let null: Int32

    /// - Parameters:
    ///   - children: opened before the root was left.
    ///   - null: `/dev/null`, likewise.
    init(children: ChildList, null: Int32) {
        self.children = children
        self.null = null
    }

    /// Forks, lets the child execute, and stays until nothing of it is left.
    /// - Returns: the child's exit status, or 128 and the signal that ended it.
    func supervise(_ execute: () -> Int32) throws(SystemError) -> Int32 {
        try check(cl_set_subreaper(), "--supervise")
        let signals = try check(
            cl_signal_descriptor(Self.forwarded + [SIGCHLD], Int32(Self.forwarded.count + 1)),
            "--supervise"
        )
        let own = getpid()
        let main = try check(cl_fork(), "--supervise: fork")
        if main == 0 {
            // Relative to the supervisor: whatever ends it ends the command.
            cl_set_death_signal(SIGKILL)
            if getppid() != own { _exit(Launch.failed) }
            cl_reset_signals()
            _exit(execute())
        }
        // The channel is the child's alone, or nobody would see it close. Standard error stays, for what goes wrong.
        dup2(null, STDIN_FILENO)
        dup2(null, STDOUT_FILENO)
        let status = wait(for: main, signals)
        if !children.sweep(within: Self.sweepLimit) {
            complain("launch: some processes of the command do not end: \(children.read())")
        }
        return status
    }

    private func wait(for main: pid_t, _ signals: Int32) -> Int32 {
        while true {
            var entry = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, -1)
            while case let signal = cl_read_signal(signals), signal != 0 {
                if signal != SIGCHLD { kill(main, signal) }
            }
            if let status = reap(main) { return status }
        }
    }

    /// Reaps all that has ended; orphans of the command come here.
    /// - Returns: the status of the command, once it is among them.
    private func reap(_ main: pid_t) -> Int32? {
        var status: Int32?
        var end = cl_end()
        while case let pid = cl_ended_child(), pid > 0, cl_reap(pid, &end) == 1 {
            if pid == main { status = end.signal == 0 ? end.status : 128 + end.signal }
        }
        return status
    }
}
