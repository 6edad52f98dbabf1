import CLinux
import Glibc

extension LaunchOptions {
    /// Makes the surroundings and executes the command; returns an exit status only when that did not work, or
    /// under `--supervise` when the command has ended.
    func launch() throws(SystemError) -> Int32 {
        cl_reset_signals()
        try followParent()
        for file in joinFiles {
            do {
                try Files.write("\(getpid())", to: file)
            } catch {
                throw SystemError("--join \(file)", detail: error.detail)
            }
        }
        if !cpus.isEmpty { try check(cl_set_affinity(cpus, cpus.count), "--cpus") }
        // Fails only for a session's leader, which has what is wanted.
        if newSession { setsid() }
        if userNamespace {
            try enterUserNamespace()
            // Becoming another user's root may have cleared it.
            try followParent()
        }
        if networkNamespace {
            try check(cl_unshare_network(), "--network-namespace")
            try check(cl_raise_loopback(), "--network-namespace: loopback")
        }
        // Both must be opened where /proc and /dev still are.
        let children = supervise ? ChildList() : nil
        let null = supervise ? try check(open("/dev/null", O_RDWR | O_CLOEXEC), "/dev/null") : -1
        if mountNamespace { try LaunchMounts(self).make() }
        if let children { return try Supervisor(children: children, null: null).supervise(execute) }
        return execute()
    }

    /// Becomes root of a namespace in which no other user exists. What belongs to others is seen as nobody's.
    private func enterUserNamespace() throws(SystemError) {
        let (user, group) = (geteuid(), getegid())
        try check(cl_unshare_user(), "--user-namespace")
        // In this order: without the first an ordinary user may not write the last.
        try Files.write("deny", to: "/proc/self/setgroups")
        try Files.write("0 \(user) 1", to: "/proc/self/uid_map")
        try Files.write("0 \(group) 1", to: "/proc/self/gid_map")
    }

    /// Arranges to die with the parent, unless it is gone already.
    private func followParent() throws(SystemError) {
        guard let deathSignal else { return }
        let parent = getppid()
        try check(cl_set_death_signal(deathSignal), "--death-signal \(deathSignal)")
        if getppid() != parent { throw SystemError("--death-signal", detail: "the parent ended before the start") }
    }

    /// - Returns: the status for a command that cannot be executed, as env and docker have it.
    private func execute() -> Int32 {
        let arguments = CommandLine.unsafeArgv + commandIndex
        guard let program = arguments.pointee else { return Launch.failed }
        execvp(program, arguments)
        let code = errno
        complain("launch: \(SystemError("'\(String(cString: program))'", code: code))")
        return code == ENOENT ? Launch.notFound : Launch.notExecutable
    }
}

/// Exit statuses of `launch` itself.
enum Launch {
    /// The surroundings could not be made.
    static let failed: Int32 = 125
    /// The command is there but cannot be executed.
    static let notExecutable: Int32 = 126
    /// The command is not there.
    static let notFound: Int32 = 127
}
