import AgentProtocol
import CLinux
import Glibc

extension Server {
    /// Starts what has all its input.
    func start(_ command: Command, for purpose: Job.Purpose, request: UInt32, input: Int32 = -1) {
        guard jobs.count < Self.maximumJobs else {
            if input >= 0 { Glibc.close(input) }
            return refuse(request, Failure(subject: "agent", detail: "has too many processes; wait for some"))
        }
        let group = groups?.next()
        begin(request) { () throws(Failure) in
            try CommandStart.start(command, for: purpose, request: request, input: input, group: group)
        }
    }

    /// Adds the job that `make` starts.
    func begin(_ request: UInt32, _ make: () throws(Failure) -> Job) {
        do {
            let job = try make()
            lastJob &+= 1
            jobs[lastJob] = job
        } catch {
            refuse(request, error)
        }
    }

    func refuse(_ request: UInt32, _ failure: Failure) {
        channel.send(.failure(failure), to: request)
    }

    /// Takes every job and probe as far as it gets: limits that passed, output to stream, ends to report.
    func settle() {
        let now = Clock.now
        for (id, probe) in probes where probe.wakeUp <= now {
            if let answer = probe.advance() {
                probes[id] = nil
                channel.send(.answered(answer), to: id)
            } else if probe.deadline <= now {
                probes[id] = nil
                refuse(id, Failure(.deadline, subject: "\(probe.endpoint)", detail: probe.reason))
            }
        }
        for (key, job) in jobs.sorted(by: { $0.key < $1.key }) {
            if job.isRunning, !job.isTimedOut, let deadline = job.deadline, deadline <= now { job.killForTimeLimit() }
            if job.purpose == .run(streams: true), !job.isAbandoned, !job.output.kept.isEmpty {
                channel.send(job.output.take(), to: job.request) { .output(.output, $0) }
            }
            if job.purpose == .spawn, job.isRunning, job.hasStarted, !job.isAnnounced { announce(job, key) }
            if !job.isRunning, !job.isComplete { close(job, key, now: now) }
        }
    }

    /// Once nothing of an ended job is left, or that took too long, it is complete.
    private func close(_ job: Job, _ key: UInt32, now: UInt64) {
        // Strays first: they may hold the pipes open.
        let hasStrays = !killStrays()
        job.output.receive()
        job.errorOutput.receive()
        let isOverdue = job.drainDeadline.map { $0 <= now } ?? true
        let isEmpty = !hasStrays && !job.output.isOpen && !job.errorOutput.isOpen && job.group?.isEmpty ?? true
        guard isEmpty || isOverdue else { return }
        job.stopDraining()
        job.isComplete = true
        if job.purpose == .spawn, job.failure == nil, !job.isAbandoned {
            if !job.isAnnounced { announce(job, key) }
            if let waiter = job.waiter { deliver(key, to: waiter) }
        } else {
            deliver(key, to: job.request)
        }
    }

    private func announce(_ job: Job, _ key: UInt32) {
        job.isAnnounced = true
        if !job.isAbandoned { channel.send(.spawned(SpawnedProcess(handle: key)), to: job.request) }
    }

    /// Reports a complete job and forgets it.
    func deliver(_ key: UInt32, to request: UInt32) {
        guard let job = jobs.removeValue(forKey: key), !job.isAbandoned else { return }
        if let failure = job.failure { return refuse(request, failure) }
        guard let execution = job.execution() else { return }
        switch job.purpose {
        case .run, .spawn:
            channel.send(job.output.take(), to: request) { .output(.output, $0) }
            channel.send(job.errorOutput.take(), to: request) { .output(.errorOutput, $0) }
            channel.send(.finished(execution), to: request)
        case .facts:
            var parser = FrameParser()
            parser.append(job.output.take())
            if let frame = try? parser.next(), let reply = try? Reply(frame), case .facts = reply {
                channel.send(reply, to: request)
            } else {
                let words = Files.trim(String(decoding: job.errorOutput.take().prefix(512), as: UTF8.self))
                refuse(request, Failure(subject: "facts", detail: "\(execution.termination) \(words)"))
            }
        case .clear:
            channel.send(.done, to: request)
        }
    }

    /// Ends adopted processes that left their command's group, when no command is running that may want them.
    /// - Returns: whether there are none.
    private func killStrays() -> Bool {
        guard !jobs.values.contains(where: \.isRunning) else { return true }
        let strays = children.read()
        for pid in strays { kill(pid, SIGKILL) }
        return strays.isEmpty
    }

    /// Reaps what was adopted, and nothing that a job waits for.
    func reapOrphans() {
        while case let pid = cl_ended_child(), pid > 0 {
            if let job = jobs.values.first(where: { $0.isRunning && $0.pid == pid }) {
                job.reap()
            } else {
                var end = cl_end()
                _ = cl_reap(pid, &end)
            }
        }
    }
}
