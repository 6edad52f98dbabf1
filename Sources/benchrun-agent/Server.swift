import AgentProtocol
import CLinux
import Glibc

/// Answers one host's requests: a loop on one thread, in which only `poll` waits.
final class Server {
    /// Why the loop ended.
    enum Outcome {
        /// The host closed the channel.
        case disconnected
        /// The host sent what the protocol does not allow.
        case violated(ProtocolError)
        /// A signal asked to end.
        case signalled
        /// The host asked to end.
        case shutdown
    }

    /// What an entry of the poll set stands for.
    private enum Origin {
        case requests, replies, signals
        case end(UInt32)
        case report(UInt32)
        case output(UInt32)
        case errorOutput(UInt32)
        case probe(UInt32)
    }

    /// Milliseconds that killed processes may take to go when the agent ends.
    private static let sweepLimit: UInt64 = 500
    static let maximumJobs = 512
    static let maximumProbes = 256
    static let maximumUploads = 256

    let hello: Hello
    let isGuest: Bool
    let signals: Int32
    let children = ChildList()
    var channel: Channel
    var groups: ExecutionGroups?
    /// Arguments with which this executable tells the facts that a command sees.
    var factsArguments: [String]
    /// By a number of our own, which is also the handle of a spawned one.
    var jobs: [UInt32: Job] = [:]
    var lastJob: UInt32 = 0
    /// By request.
    var probes: [UInt32: ConnectProbe] = [:]
    /// By request.
    var uploads: [UInt32: Upload] = [:]
    var isShuttingDown = false

    init(hello: Hello, channel: Channel, signals: Int32, isGuest: Bool, factsArguments: [String]) {
        self.hello = hello
        self.channel = channel
        self.signals = signals
        self.isGuest = isGuest
        self.factsArguments = factsArguments
    }

    /// Greets and answers until the channel closes, a signal comes or the host asks to end.
    func serve() -> Outcome {
        channel.send(.hello(hello), to: 0)
        while true {
            guard channel.flush() else { return .disconnected }
            if isShuttingDown { return .shutdown }
            var (entries, origins) = waits()
            guard poll(&entries, nfds_t(entries.count), Clock.timeout(until: deadline)) >= 0 || errno == EINTR else {
                return .signalled
            }
            let ready = zip(entries, origins).filter { $0.0.revents != 0 }.map(\.1)
            // Ends first: the time at which one is noticed is part of what is measured.
            for case .end(let key) in ready { jobs[key]?.reap() }
            if ready.contains(where: { if case .signals = $0 { true } else { false } }), readSignals() {
                return .signalled
            }
            for origin in ready { advance(origin) }
            settle()
            if ready.contains(where: { if case .requests = $0 { true } else { false } }) {
                guard channel.receive() else { return .disconnected }
                do {
                    while let (id, request) = try channel.next() { answer(request, id: id) }
                } catch {
                    return .violated(error)
                }
            }
        }
    }

    private func advance(_ origin: Origin) {
        switch origin {
        case .requests, .replies, .signals, .end: break
        case .report(let key): jobs[key]?.readReport()
        case .output(let key): jobs[key]?.output.receive()
        case .errorOutput(let key): jobs[key]?.errorOutput.receive()
        case .probe(let id):
            if let answer = probes[id]?.advance() {
                probes[id] = nil
                channel.send(.answered(answer), to: id)
            }
        }
    }

    private func waits() -> ([pollfd], [Origin]) {
        var entries: [pollfd] = []
        var origins: [Origin] = []
        func add(_ descriptor: Int32, _ events: Int32, _ origin: Origin) {
            guard descriptor >= 0 else { return }
            entries.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
            origins.append(origin)
        }
        // A host that does not read gets no more to read.
        let isPatient = channel.backlog < Channel.patience
        if isPatient { add(channel.input, POLLIN, .requests) }
        if channel.backlog > 0 { add(channel.output, POLLOUT, .replies) }
        add(signals, POLLIN, .signals)
        for (key, job) in jobs {
            if job.isRunning { add(job.pidfd, POLLIN, .end(key)) }
            add(job.report, POLLIN, .report(key))
            if isPatient || job.purpose != .run(streams: true) {
                add(job.output.descriptor, POLLIN, .output(key))
            }
            add(job.errorOutput.descriptor, POLLIN, .errorOutput(key))
        }
        for (id, probe) in probes { add(probe.descriptor, Int32(probe.events), .probe(id)) }
        return (entries, origins)
    }

    private var deadline: UInt64? {
        var times = probes.values.map(\.wakeUp)
        for job in jobs.values {
            if job.isRunning {
                if let deadline = job.deadline, !job.isTimedOut { times.append(deadline) }
            } else if let deadline = job.drainDeadline, !job.isComplete {
                // Strays and control groups empty themselves without a descriptor to wait for.
                times.append(min(deadline, Clock.after(5_000_000)))
            }
        }
        return times.min()
    }

    /// - Returns: whether one of them asks to end.
    private func readSignals() -> Bool {
        var ends = false
        while case let signal = cl_read_signal(signals), signal != 0 {
            if signal == SIGCHLD { reapOrphans() } else { ends = true }
        }
        return ends
    }

    /// Ends everything at once, on the way out.
    func killAll() {
        for job in jobs.values { job.kill() }
        // In a machine of its own nothing else may hold the scratch disk. As pid 1 of a container the kernel does it.
        if isGuest { kill(-1, SIGKILL) }
        if isGuest || getpid() != 1 { _ = children.sweep(within: Self.sweepLimit) }
    }
}
