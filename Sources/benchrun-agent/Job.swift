import AgentProtocol
import CLinux
import Glibc

/// One process that the agent started, from its fork until nothing of it is left.
final class Job {
    /// What it was started for.
    enum Purpose: Equatable {
        case run(streams: Bool)
        case spawn
        case facts
        case clear(String)
    }

    /// How long after the leader's end its killed followers may take to let go of the pipes.
    private static let drainLimit: UInt64 = 2_000_000_000

    let purpose: Purpose
    /// The request that started it.
    let request: UInt32
    /// The program or directory, for messages.
    let subject: String
    let pid: pid_t
    let startedAt: UInt64
    let deadline: UInt64?
    let group: ExecutionGroup?
    private(set) var pidfd: Int32
    private(set) var report: Int32
    var output: Capture
    var errorOutput: Capture
    /// The request that waits for a spawned process.
    var waiter: UInt32?
    /// Whether nobody wants to know about it any more.
    var isAbandoned = false
    /// Whether the host was told that a spawned process executes.
    var isAnnounced = false
    /// Whether nothing of it is left.
    var isComplete = false
    private(set) var isTimedOut = false
    /// Why it never did what it should.
    private(set) var failure: Failure?
    private(set) var end: cl_end?
    /// After this time what is still in the pipes is given up.
    private(set) var drainDeadline: UInt64?

    init(
        _ purpose: Purpose,
        request: UInt32,
        subject: String,
        child: cl_child,
        timeLimit: UInt64,
        output: Capture,
        errorOutput: Capture,
        group: ExecutionGroup? = nil
    ) {
        self.purpose = purpose
        self.request = request
        self.subject = subject
        self.output = output
        self.errorOutput = errorOutput
        self.group = group
        pid = child.pid
        pidfd = child.pidfd
        report = child.report
        startedAt = child.started
        deadline = timeLimit == 0 ? nil : Clock.sum(child.started, timeLimit)
    }

    var isRunning: Bool { end == nil }

    /// Whether it executes what it was started for: known once the report pipe has ended.
    var hasStarted: Bool { report < 0 && failure == nil }

    /// Reads why it could not start, or that it did.
    func readReport() {
        guard report >= 0 else { return }
        var message = cl_report()
        let count = read(report, &message, MemoryLayout<cl_report>.size)
        if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
        close(report)
        report = -1
        guard count == MemoryLayout<cl_report>.size else { return }
        let reason = String(cString: strerror(message.code))
        let detail =
            switch UInt32(message.step) {
            case CL_STEP_DIRECTORY.rawValue: "cannot enter the working directory: \(reason)"
            case CL_STEP_EXECUTE.rawValue where isClearing: "cannot be emptied and synced: \(reason)"
            case CL_STEP_EXECUTE.rawValue: "cannot execute: \(reason)"
            default: "cannot be set up: \(reason)"
            }
        failure = Failure(subject: subject, detail: detail)
    }

    /// Reaps it if it has ended, and ends whatever else is in its group: nothing may leak into the next command.
    func reap() {
        var ended = cl_end()
        guard isRunning, cl_reap(pid, &ended) == 1 else { return }
        end = ended
        kill(-pid, SIGKILL)
        group?.kill()
        readReport()
        if pidfd >= 0 { close(pidfd) }
        pidfd = -1
        drainDeadline = Clock.after(Self.drainLimit)
    }

    /// Sends a signal to its group, and to itself in case it left that.
    func send(_ signal: Int32) {
        guard isRunning else { return }
        if kill(-pid, signal) != 0 { kill(pid, signal) }
    }

    /// Ends it by force.
    func kill() {
        send(SIGKILL)
        group?.kill()
    }

    func killForTimeLimit() {
        isTimedOut = true
        kill()
    }

    /// Gives up what is left in the pipes.
    func stopDraining() {
        output.end()
        errorOutput.end()
    }

    /// What was measured, without the output.
    func execution() -> Execution? {
        guard let end else { return nil }
        let termination: Termination =
            isTimedOut ? .timedOut : end.signal != 0 ? .signalled(end.signal) : .exited(end.status)
        return Execution(
            termination: termination,
            startedAt: startedAt,
            wall: end.ended - startedAt,
            user: end.user,
            system: end.system,
            minorFaults: end.minor_faults,
            majorFaults: end.major_faults,
            voluntarySwitches: end.voluntary_switches,
            involuntarySwitches: end.involuntary_switches,
            runDelay: end.has_run_delay ? end.run_delay : nil,
            peakMemory: group?.peak(),
            dropped: output.dropped + errorOutput.dropped
        )
    }

    private var isClearing: Bool {
        if case .clear = purpose { true } else { false }
    }

    @discardableResult
    private func kill(_ target: pid_t, _ signal: Int32) -> Int32 {
        Glibc.kill(target, signal)
    }
}
