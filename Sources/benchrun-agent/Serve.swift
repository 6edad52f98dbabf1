import AgentProtocol
import CLinux
import Glibc

/// `benchrun-agent serve`: answers one host until it goes away.
struct Serve {
    /// Where the host is.
    enum Transport: Equatable {
        case stdio
        case port(String)
        /// A socket that was opened before the agent was started.
        case descriptor(Int32)
    }

    let transport: Transport
    let isGuest: Bool

    /// - Throws: ``UsageError`` for anything that is not an option.
    init(_ arguments: ArraySlice<String>) throws(UsageError) {
        var transport: Transport?
        var isGuest = false
        var reader = OptionReader(arguments)
        while let option = reader.next() {
            switch option {
            case "--stdio" where transport == nil: transport = .stdio
            case "--port" where transport == nil: transport = .port(try reader.value(of: option))
            case "--descriptor" where transport == nil:
                let text = try reader.value(of: option)
                guard let number = Int32(text), number > STDERR_FILENO else {
                    throw UsageError("--descriptor \(text): not the number of an open socket")
                }
                transport = .descriptor(number)
            case "--guest": isGuest = true
            default: throw UsageError("serve: unexpected '\(option)'")
            }
        }
        guard let transport else { throw UsageError("serve: give --stdio, --port NAME or --descriptor NUMBER") }
        self.transport = transport
        self.isGuest = isGuest
    }

    /// Serves and returns the exit status; a guest is powered off instead.
    func run(startedAt: UInt64) -> Int32 {
        let status = serve(startedAt: startedAt)
        if isGuest { Guest.powerOff() }
        return status
    }

    private func serve(startedAt: UInt64) -> Int32 {
        do {
            let signals = try prepareProcess()
            var channel = try openChannel()
            var groups: ExecutionGroups?
            if isGuest {
                do {
                    groups = try Guest().setUp()
                } catch {
                    // Said on both ways out: the host may show only one of them.
                    channel.send(.failure(Failure(subject: error.subject, detail: error.detail)), to: 0)
                    channel.finish(within: 5000)
                    throw error
                }
            }
            let hello = Hello(
                processID: getpid(),
                bootID: Files.text("/proc/sys/kernel/random/boot_id") ?? "",
                startedAt: startedAt
            )
            let server = Server(
                hello: hello,
                channel: channel,
                signals: signals,
                isGuest: isGuest,
                factsArguments: factsArguments
            )
            server.groups = groups
            return end(server, server.serve())
        } catch {
            complain("serve: \(error)")
            return 1
        }
    }

    private func end(_ server: Server, _ outcome: Server.Outcome) -> Int32 {
        server.killAll()
        switch outcome {
        case .disconnected, .signalled: return 0
        case .shutdown:
            server.channel.finish(within: 1000)
            return 0
        case .violated(let error):
            complain("serve: the host sent \(error)")
            server.channel.send(.failure(Failure(subject: "protocol", detail: "\(error)")), to: 0)
            server.channel.finish(within: 1000)
            return 1
        }
    }

    /// - Returns: a descriptor for the signals that concern the agent.
    private func prepareProcess() throws(SystemError) -> Int32 {
        // Descriptors 0 to 2 must exist, or what is opened next gets in the way of commands' own.
        while true {
            let descriptor = try check(open("/dev/null", O_RDWR | O_CLOEXEC), "/dev/null")
            guard descriptor <= STDERR_FILENO else {
                close(descriptor)
                break
            }
            _ = fcntl(descriptor, F_SETFD, 0)
        }
        cl_reset_signals()
        signal(SIGPIPE, SIG_IGN)
        try check(cl_set_subreaper(), "subreaper")
        let wanted = [SIGTERM, SIGINT, SIGHUP, SIGCHLD]
        return try check(cl_signal_descriptor(wanted, Int32(wanted.count)), "signalfd")
    }

    private func openChannel() throws(SystemError) -> Channel {
        switch transport {
        case .port(let name):
            let port = try Port.open(name)
            return try Channel(input: port, output: port)
        case .descriptor(let number):
            // Commands must not have it.
            try check(fcntl(number, F_SETFD, FD_CLOEXEC), "--descriptor \(number)")
            return try Channel(input: number, output: number)
        case .stdio:
            // Moved away from 0 and 1, so that nothing else can write between frames.
            let input = try check(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), "standard input")
            let output = try check(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "standard output")
            let null = try check(open("/dev/null", O_RDWR | O_CLOEXEC), "/dev/null")
            try check(dup2(null, STDIN_FILENO), "/dev/null")
            try check(dup2(null, STDOUT_FILENO), "/dev/null")
            close(null)
            return try Channel(input: input, output: output)
        }
    }

    private var factsArguments: [String] {
        var arguments = ["/proc/self/exe", "facts", "--frame"]
        if isGuest { arguments.append("--guest") }
        // Only an init was told that by its engine; others may have inherited it from where benchrun runs.
        if getpid() == 1, let container = getenv("container") {
            arguments += ["--container", String(cString: container)]
        }
        return arguments
    }
}
