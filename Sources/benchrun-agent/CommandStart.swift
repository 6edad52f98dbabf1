import AgentProtocol
import CLinux
import Glibc

/// Starts a command in exactly the surroundings it states.
enum CommandStart {
    /// Forks and executes.
    /// - Parameters:
    ///   - input: a descriptor to read standard input from, or -1 for `/dev/null`; it is closed.
    ///   - group: a control group to be born into.
    /// - Throws: ``Failure`` when not even a process could be made.
    static func start(
        _ command: Command,
        for purpose: Job.Purpose,
        request: UInt32,
        input: Int32,
        group: ExecutionGroup?
    ) throws(Failure) -> Job {
        let subject = command.arguments.first ?? ""
        var descriptors = Descriptors()
        defer { descriptors.closeAll() }
        if input >= 0 { descriptors.keep(input) }
        do {
            let source =
                input >= 0 ? input : descriptors.keep(try check(open("/dev/null", O_RDONLY | O_CLOEXEC), "/dev/null"))
            let output = try descriptors.pipe()
            let errorOutput = try descriptors.pipe()
            var child = cl_child()
            let result = withCStrings(programs(of: command)) { programs in
                withCStrings(command.arguments) { arguments in
                    withCStrings(command.environment) { environment in
                        command.directory.withCString { directory in
                            programs.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: 1) { programs in
                                var form = cl_command(
                                    programs: programs,
                                    arguments: arguments,
                                    environment: environment,
                                    directory: directory,
                                    umask: command.umask,
                                    input: source,
                                    output: output.write,
                                    error_output: errorOutput.write,
                                    control_group: group?.descriptor ?? -1
                                )
                                return cl_spawn(&form, &child)
                            }
                        }
                    }
                }
            }
            try check(result, "fork")
            descriptors.release(output.read)
            descriptors.release(errorOutput.read)
            return Job(
                purpose,
                request: request,
                subject: subject,
                child: child,
                timeLimit: command.timeLimit,
                output: Capture(descriptor: output.read, limit: command.outputLimit),
                errorOutput: Capture(descriptor: errorOutput.read, limit: command.outputLimit),
                group: group
            )
        } catch {
            throw Failure(subject: subject, detail: "cannot be started: \(error)")
        }
    }

    /// Empties a directory and syncs its file system in a process of its own, for that can take long.
    static func clear(_ directory: String, request: UInt32) throws(Failure) -> Job {
        var child = cl_child()
        guard directory.withCString({ cl_spawn_clearing($0, &child) }) == 0 else {
            throw Failure(subject: directory, detail: "\(SystemError("fork"))")
        }
        let none = Capture(descriptor: -1, limit: 0)
        return Job(
            .clear(directory),
            request: request,
            subject: directory,
            child: child,
            timeLimit: 0,
            output: none,
            errorOutput: none
        )
    }

    /// The paths to try: the program itself when it has a slash, else one for each directory of `PATH`.
    private static func programs(of command: Command) -> [String] {
        guard let program = command.arguments.first else { return [] }
        guard !program.utf8.contains(UInt8(ascii: "/")) else { return [program] }
        let path = command.environment.last { $0.hasPrefix("PATH=") }?.dropFirst("PATH=".count) ?? ""
        return path.split(separator: ":", omittingEmptySubsequences: false).map { directory in
            directory.isEmpty ? "./\(program)" : "\(directory)/\(program)"
        }
    }
}

/// Descriptors to be closed when a start is over, however it ends.
private struct Descriptors {
    private var open: Set<Int32> = []

    @discardableResult
    mutating func keep(_ descriptor: Int32) -> Int32 {
        open.insert(descriptor)
        return descriptor
    }

    mutating func pipe() throws(SystemError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        try check(cl_pipe(&ends), "pipe")
        return (read: keep(ends[0]), write: keep(ends[1]))
    }

    mutating func release(_ descriptor: Int32) {
        open.remove(descriptor)
    }

    func closeAll() {
        for descriptor in open { close(descriptor) }
    }
}
