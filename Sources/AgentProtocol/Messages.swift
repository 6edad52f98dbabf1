/// The version of the conversation between benchrun and its agent; both sides refuse another.
public let agentProtocolVersion: UInt8 = 2

/// What the agent says first, before it is asked anything.
public struct Hello: Sendable, Equatable {
    /// ``agentProtocolVersion`` of the agent.
    public var version: UInt8
    /// The agent's process id, as it sees itself.
    public var processID: Int32
    /// The kernel's boot id: equal to the host's where the kernel, and so its clocks, are shared.
    public var bootID: String
    /// CLOCK_MONOTONIC_RAW of the agent's own kernel when its `main` began, in nanoseconds.
    public var startedAt: UInt64

    /// Creates a greeting.
    public init(version: UInt8 = agentProtocolVersion, processID: Int32, bootID: String, startedAt: UInt64) {
        self.version = version
        self.processID = processID
        self.bootID = bootID
        self.startedAt = startedAt
    }
}

/// A command exactly as it is to be executed: nothing is inherited, nothing is interpreted by a shell.
public struct Command: Sendable, Equatable {
    /// Program and arguments; the program is looked up in `PATH` of ``environment`` when it has no slash.
    public var arguments: [String]
    /// The whole environment, in order, as `NAME=value`.
    public var environment: [String]
    /// Working directory inside the instance.
    public var directory: String
    /// File mode creation mask.
    public var umask: UInt32
    /// Bytes given on standard input; empty means `/dev/null`.
    public var input: [UInt8]
    /// Wall time after which the process group is killed, in nanoseconds; 0 means none.
    public var timeLimit: UInt64
    /// How many bytes of standard output and of standard error are kept each; what follows is counted and dropped.
    public var outputLimit: UInt32

    /// Creates a command with benchrun's fixed surroundings.
    public init(
        _ arguments: [String],
        environment: [String] = Command.standardEnvironment,
        directory: String = "/",
        umask: UInt32 = 0o022,
        input: [UInt8] = [],
        timeLimit: UInt64 = 0,
        outputLimit: UInt32 = 1 << 20
    ) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.umask = umask
        self.input = input
        self.timeLimit = timeLimit
        self.outputLimit = outputLimit
    }

    /// The environment of every command unless a workload adds to it: the same in every instance.
    public static let standardEnvironment = [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME=/scratch", "TMPDIR=/tmp", "LC_ALL=C", "TZ=UTC",
    ]
}

/// How a process ended. A non-zero exit is a normal result, not an error.
public enum Termination: Sendable, Equatable {
    /// It exited with this status.
    case exited(Int32)
    /// It was ended by this signal.
    case signalled(Int32)
    /// The time limit passed and the process group was killed.
    case timedOut
}

/// What the agent measured around one execution, on its own kernel's clocks.
public struct Execution: Sendable, Equatable {
    /// How it ended.
    public var termination: Termination
    /// CLOCK_MONOTONIC_RAW just before the fork, in nanoseconds.
    public var startedAt: UInt64
    /// CLOCK_MONOTONIC_RAW when the process was seen to have ended, minus ``startedAt``, in nanoseconds.
    public var wall: UInt64
    /// CPU time in user mode of the process and its reaped children, in nanoseconds.
    public var user: UInt64
    /// CPU time in kernel mode of the process and its reaped children, in nanoseconds.
    public var system: UInt64
    /// Page faults served without I/O.
    public var minorFaults: UInt64
    /// Page faults that needed I/O.
    public var majorFaults: UInt64
    /// Context switches the process asked for.
    public var voluntarySwitches: UInt64
    /// Context switches forced on it.
    public var involuntarySwitches: UInt64
    /// Time that its first thread was ready and waited for a CPU, in nanoseconds; nil where the kernel does not tell.
    public var runDelay: UInt64?
    /// Peak memory of a control group made for this execution, in bytes; nil where the agent may not make one.
    public var peakMemory: UInt64?
    /// Standard output, up to the command's output limit.
    public var output: [UInt8]
    /// Standard error, up to the command's output limit.
    public var errorOutput: [UInt8]
    /// Bytes of both streams that were dropped because of the limit.
    public var dropped: UInt64

    /// Creates the record of one execution.
    public init(
        termination: Termination,
        startedAt: UInt64 = 0,
        wall: UInt64 = 0,
        user: UInt64 = 0,
        system: UInt64 = 0,
        minorFaults: UInt64 = 0,
        majorFaults: UInt64 = 0,
        voluntarySwitches: UInt64 = 0,
        involuntarySwitches: UInt64 = 0,
        runDelay: UInt64? = nil,
        peakMemory: UInt64? = nil,
        output: [UInt8] = [],
        errorOutput: [UInt8] = [],
        dropped: UInt64 = 0
    ) {
        self.termination = termination
        self.startedAt = startedAt
        self.wall = wall
        self.user = user
        self.system = system
        self.minorFaults = minorFaults
        self.majorFaults = majorFaults
        self.voluntarySwitches = voluntarySwitches
        self.involuntarySwitches = involuntarySwitches
        self.runDelay = runDelay
        self.peakMemory = peakMemory
        self.output = output
        self.errorOutput = errorOutput
        self.dropped = dropped
    }
}

/// A process the agent started and has not yet been asked to wait for; a number of the agent's own, never a pid.
public struct SpawnedProcess: Sendable, Hashable {
    /// The agent's name for it.
    public var handle: UInt32

    /// Creates a handle.
    public init(handle: UInt32) {
        self.handle = handle
    }
}

/// Something that can be connected to from inside an instance.
public enum Endpoint: Sendable, Equatable {
    /// A TCP port on the instance's loopback.
    case tcp(port: UInt16)
    /// A Unix socket's path.
    case unix(path: String)
}
