import AgentProtocol
import CLinux
import Glibc

extension Server {
    /// Does what is asked, or begins to.
    func answer(_ request: Request, id: UInt32) {
        switch request {
        case .hello: channel.send(.hello(hello), to: id)
        case .facts:
            // Told by a process in the state of a command, not by the agent.
            let command = Command(factsArguments, directory: "/", timeLimit: 30_000_000_000)
            start(command, for: .facts, request: id)
        case .run(let command, let length, let streams):
            receiveInput(length, id: id, goal: .run(command, streams: streams))
        case .spawn(let command, let length):
            receiveInput(length, id: id, goal: .spawn(command))
        case .put(let path, let mode, let length):
            upload(id) { () throws(Failure) in try Upload(file: path, mode: mode, length: length) }
        case .data(let bytes): receive(bytes, id: id)
        case .signal(let process, let number):
            guard let job = spawned(process, id: id) else { return }
            job.send(number)
            channel.send(.done, to: id)
        case .wait(let process): wait(process, id: id)
        case .get(let path, let limit): get(path, limit: limit, id: id)
        case .probe(let endpoint, let bytes, let limit):
            guard probes.count < Self.maximumProbes else {
                return refuse(id, Failure(subject: "agent", detail: "has too many probes; wait for some"))
            }
            probes[id] = ConnectProbe(endpoint, bytes: bytes, limit: limit)
            settle()
        case .counters: channel.send(.counters(Counters.read()), to: id)
        case .clearAndSync(let path):
            guard path.hasPrefix("/") else {
                return refuse(id, Failure(subject: path, detail: "not an absolute path"))
            }
            begin(id) { () throws(Failure) in try CommandStart.clear(path, request: id) }
        case .setClock(let realtime): setClock(realtime, id: id)
        case .clock: channel.send(.answered(Clock.now), to: id)
        case .shutdown:
            channel.send(.done, to: id)
            isShuttingDown = true
        case .cancel: cancel(id)
        }
    }

    private func receiveInput(_ length: UInt32, id: UInt32, goal: Upload.Goal) {
        if length > 0 {
            upload(id) { () throws(Failure) in try Upload(input: length, goal: goal) }
        } else {
            reach(goal, id: id, input: -1)
        }
    }

    private func upload(_ id: UInt32, _ make: () throws(Failure) -> Upload) {
        guard uploads.count < Self.maximumUploads else {
            return refuse(id, Failure(subject: "agent", detail: "is receiving too much; wait for some"))
        }
        do {
            uploads[id] = try make()
            try finishUpload(id)
        } catch {
            uploads[id] = nil
            refuse(id, error)
        }
    }

    /// What belongs to no upload belonged to one that was refused.
    private func receive(_ bytes: [UInt8], id: UInt32) {
        guard let upload = uploads[id] else { return }
        do {
            try upload.append(bytes)
            try finishUpload(id)
        } catch {
            uploads[id] = nil
            refuse(id, error)
        }
    }

    private func finishUpload(_ id: UInt32) throws(Failure) {
        guard let upload = uploads[id], upload.missing == 0 else { return }
        uploads[id] = nil
        if case .put = upload.goal {
            try upload.place()
            channel.send(.done, to: id)
        } else {
            reach(upload.goal, id: id, input: upload.takeInput())
        }
    }

    private func reach(_ goal: Upload.Goal, id: UInt32, input: Int32) {
        switch goal {
        case .run(let command, let streams):
            start(command, for: .run(streams: streams), request: id, input: input)
        case .spawn(let command): start(command, for: .spawn, request: id, input: input)
        case .put: break
        }
    }

    private func spawned(_ process: SpawnedProcess, id: UInt32) -> Job? {
        if let job = jobs[process.handle], job.purpose == .spawn, job.isAnnounced, !job.isAbandoned { return job }
        refuse(id, Failure(subject: "process \(process.handle)", detail: "is not known; it may have been waited for"))
        return nil
    }

    private func wait(_ process: SpawnedProcess, id: UInt32) {
        guard let job = spawned(process, id: id) else { return }
        guard job.waiter == nil else {
            return refuse(id, Failure(subject: "process \(process.handle)", detail: "is being waited for already"))
        }
        job.waiter = id
        if job.isComplete { deliver(process.handle, to: id) }
    }

    private func get(_ path: String, limit: UInt32, id: UInt32) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return refuse(id, Failure(subject: path, detail: String(cString: strerror(errno))))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return refuse(id, Failure(subject: path, detail: "not a regular file"))
        }
        guard let bytes = Files.bytes(path, limit: Int(limit)) else {
            return refuse(id, Failure(subject: path, detail: String(cString: strerror(errno))))
        }
        channel.send(bytes, to: id) { .data($0) }
        channel.send(.done, to: id)
    }

    private func setClock(_ realtime: UInt64, id: UInt32) {
        guard isGuest else {
            return refuse(id, Failure(subject: "clock", detail: "belongs to the host, whose kernel is this one"))
        }
        var time = timespec(tv_sec: Int(realtime / 1_000_000_000), tv_nsec: Int(realtime % 1_000_000_000))
        guard clock_settime(CLOCK_REALTIME, &time) == 0 else {
            return refuse(id, Failure(subject: "clock", detail: String(cString: strerror(errno))))
        }
        channel.send(.done, to: id)
    }

    /// The host gave a request up: what it started ends, and nobody is told.
    private func cancel(_ id: UInt32) {
        uploads[id] = nil
        probes[id] = nil
        for (key, job) in jobs {
            if job.waiter == id { job.waiter = nil }
            guard job.request == id else { continue }
            job.isAbandoned = true
            job.kill()
            if job.isComplete { jobs[key] = nil }
        }
    }
}
