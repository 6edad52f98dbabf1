import AgentProtocol
import BenchrunModel
import Glibc
import Host
import Testing

/// The executable itself, unprivileged: services, files, probes, facts, and its own end.
@Suite(.timeLimit(.minutes(1))) struct RealAgentServiceTests {
    @Test func serviceRunsBesideCommandsUntilItIsSignalled() async throws {
        try await RealAgent.use { link in
            let service = try await link.spawn(
                shell("trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.02; done")
            )
            for number in 0..<5 {
                #expect(try await link.run(shell("echo \(number)"), onOutput: nil).text == "\(number)\n")
            }
            async let ended = link.wait(service)
            try await link.signal(service, number: SIGTERM)
            let execution = try await ended
            #expect(execution.termination == .exited(5) || execution.termination == .signalled(SIGTERM))
            #expect(await failureKind { _ = try await link.wait(service) } == .refused)
            #expect(await failureKind { try await link.signal(service, number: SIGTERM) } == .refused)
        }
    }

    @Test func endOfAServiceIsKeptUntilAskedFor() async throws {
        try await RealAgent.use { link in
            let service = try await link.spawn(shell("echo hello; exit 4"))
            _ = try await link.run(shell("sleep 0.1"), onOutput: nil)
            try await link.signal(service, number: SIGTERM)
            let execution = try await link.wait(service)
            #expect(execution.termination == .exited(4) && execution.text == "hello\n")
            let limited = try await link.spawn(shell("sleep 60", timeLimit: .milliseconds(100)))
            #expect(try await link.wait(limited).termination == .timedOut)
        }
    }

    @Test func cancelledWaitLeavesTheService() async throws {
        try await RealAgent.use { link in
            let service = try await link.spawn(shell("sleep 60"))
            let task = Task { try await link.wait(service) }
            try await Task.sleep(for: .milliseconds(30))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await link.signal(service, number: SIGTERM)
            #expect(try await link.wait(service).termination == .signalled(SIGTERM))
        }
    }

    @Test func filesGoBothWays() async throws {
        let directory = try RealAgent.makeDirectory()
        try await RealAgent.use { link in
            let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
            let path = "\(directory)/a/b/file"
            try await link.put(bytes, at: path, mode: 0o640)
            #expect(try await link.get(path, limit: .max) == bytes)
            #expect(try await link.get(path, limit: 10) == Array(bytes.prefix(10)))
            #expect(try await link.run(shell("stat -c %a \(path)"), onOutput: nil).text == "640\n")
            try await link.put([], at: path, mode: 0o600)
            #expect(try await link.get(path, limit: 10).isEmpty)
            #expect(try await link.get("/proc/self/comm", limit: 100) == Array("benchrun-agent\n".utf8))
            #expect(await failureKind { _ = try await link.get("\(directory)/none", limit: 1) } == .refused)
            #expect(await failureKind { _ = try await link.get(directory, limit: 1) } == .refused)
            #expect(await failureKind { _ = try await link.get("/dev/zero", limit: 1) } == .refused)
            // The bytes of a refused file that are on their way already do no harm.
            #expect(await failureKind { try await link.put(bytes, at: "/proc/none/x", mode: 0o600) } == .refused)
            #expect(await failureKind { try await link.put(bytes, at: "relative", mode: 0o600) } == .refused)
            try await link.clearAndSync(directory)
            #expect(try await link.run(shell("ls -A \(directory) | wc -l"), onOutput: nil).text == "0\n")
            #expect(await failureKind { try await link.clearAndSync("\(directory)/none") } == .refused)
        }
        #expect(rmdir(directory) == 0)
    }

    @Test func probeWaitsForAService() async throws {
        let directory = try RealAgent.makeDirectory()
        defer { _ = rmdir(directory) }
        let path = "\(directory)/socket"
        let script = """
            import socket, sys, time
            time.sleep(0.2)
            s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(1)
            t = socket.socket(); t.bind(("127.0.0.1", 0)); t.listen(1)
            open(sys.argv[1] + ".port", "w").write(str(t.getsockname()[1]))
            c, _ = s.accept(); c.recv(4); c.sendall(b"PONG")
            c, _ = t.accept(); c.recv(4); c.sendall(b"PONG")
            """
        try await RealAgent.use { link in
            guard try await link.run(shell("command -v python3"), onOutput: nil).termination == .exited(0) else {
                return
            }
            let server = try await link.spawn(Command(["python3", "-c", script, path], timeLimit: 30_000_000_000))
            let elapsed = try await link.probe(.unix(path: path), send: Array("PING".utf8), within: .seconds(20))
            #expect(elapsed > 0)
            let text = String(decoding: try await link.get("\(path).port", limit: 10), as: UTF8.self)
            let port = try #require(UInt16(text))
            _ = try await link.probe(.tcp(port: port), send: Array("PING".utf8), within: .seconds(20))
            try await link.signal(server, number: SIGKILL)
            _ = try await link.wait(server)
            try await link.clearAndSync(directory)
        }
    }

    @Test func probeGivesUpAtItsLimit() async throws {
        try await RealAgent.use { link in
            let began = RawClock.now()
            let kind = await failureKind {
                _ = try await link.probe(.unix(path: "/tmp/none"), send: [], within: .milliseconds(100))
            }
            #expect(kind == .deadline)
            #expect(RawClock.now() - began >= 100_000_000)
            let task = Task { try await link.probe(.tcp(port: 1), send: [], within: .seconds(60)) }
            try await Task.sleep(for: .milliseconds(20))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func factsAreThoseOfACommand() async throws {
        try await RealAgent.use { link in
            let facts = try await link.facts()
            for key in [
                FactKey.cpus, FactKey.kernel, FactKey.bootID, FactKey.clockSource, FactKey.clockCost,
                FactKey.rootType, FactKey.rootOptions, FactKey.seccomp, FactKey.capabilities, FactKey.ioUring,
                FactKey.umask, FactKey.virtualization, FactKey.kernelCommandLine, FactKey.addressRandomization,
                FactKey.openFiles,
            ] {
                #expect(facts[key]?.isEmpty == false, "\(key)")
            }
            #expect(facts[FactKey.umask] == "0022")
            let capabilities = try await link.run(
                shell("grep CapEff /proc/self/status | cut -f2"),
                onOutput: nil
            )
            #expect(capabilities.text == "\(facts[FactKey.capabilities] ?? "")\n")
            #expect(facts.values.allSatisfy { !$0.isEmpty })
        }
    }

    @Test func countersGrow() async throws {
        try await RealAgent.use { link in
            let before = try await link.counters()
            _ = try await link.run(shell("i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done"), onOutput: nil)
            let after = try await link.counters()
            for name in ["cpu.user", "cpu.steal", "context-switches", "forks", "memory.faults"] {
                #expect(after[name] ?? 0 >= before[name] ?? .max, "\(name)")
            }
            #expect((after["forks"] ?? 0) > (before["forks"] ?? .max))
        }
    }

    @Test func wallClockOfTheHostIsNotTouched() async throws {
        try await RealAgent.use { link in
            #expect(await failureKind { try await link.setWallClock() } == .refused)
        }
    }

    @Test func everythingAtOnce() async throws {
        try await RealAgent.use { link in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<24 {
                    group.addTask {
                        try await link.run(shell("sleep 0.0\(number % 7); echo \(number)"), onOutput: nil).text
                            == "\(number)\n"
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test func shutdownAndSignalsEndItAtOnce() async throws {
        let polite = try RealAgent()
        _ = try await polite.link.hello(within: .seconds(20))
        try await polite.link.shutdown()
        #expect(try await polite.exitStatus() == 0)
        let signalled = try RealAgent()
        _ = try await signalled.link.hello(within: .seconds(20))
        let service = try await signalled.link.run(shell("sleep 600 & echo $!; disown"), onOutput: nil)
        #expect(service.termination == .exited(0) || service.termination == .exited(127))
        let running = try await signalled.link.spawn(shell("sleep 600"))
        #expect(running.handle > 0)
        let began = RawClock.now()
        kill(signalled.pid, SIGTERM)
        #expect(try await signalled.exitStatus() == 0)
        #expect(RawClock.now() - began < 2_000_000_000)
    }

    @Test func mutatedRequestsNeverHangOrCrashIt() async throws {
        // Without an absolute path nothing that a mutation may turn these into can touch a file.
        let harmless: [Request] = [
            .hello, .facts, .counters, .cancel, .data([1, 2, 3]), .wait(SpawnedProcess(handle: 1)),
            .signal(SpawnedProcess(handle: 1), number: 1), .get(path: "none", limit: 10),
            .probe(.unix(path: "none"), bytes: [1], limit: 1_000_000),
        ]
        let frames = try harmless.enumerated().map { try $1.frame(id: UInt32($0)).encoded }
        var random = SplitMix(state: 99)
        for _ in 0..<40 {
            var bytes: [UInt8] = []
            for _ in 0..<6 {
                var frame = frames.randomElement(using: &random) ?? []
                let place = Int.random(in: 0..<frame.count, using: &random)
                if Bool.random(using: &random) { frame[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
                bytes += frame
            }
            let pair = try AgentLink.spawnPair()
            defer { close(pair.link) }
            let pid = try RealAgent.start(["serve", "--stdio"], input: pair.child, output: pair.child)
            close(pair.child)
            #expect(write(pair.link, bytes, bytes.count) == bytes.count)
            // It answers what it can and then sees the end; whatever it still says is not waited for.
            Glibc.shutdown(pair.link, Int32(SHUT_WR))
            let status = try await RealAgent.exitStatus(of: pid)
            #expect(status == 0 || status == 1)
        }
    }

    @Test func garbageFromTheHostEndsIt() async throws {
        let pair = try AgentLink.spawnPair()
        let pid = try RealAgent.start(["serve", "--stdio"], input: pair.child, output: pair.child)
        close(pair.child)
        let garbage = [UInt8](repeating: 0xFF, count: 4096)
        #expect(write(pair.link, garbage, garbage.count) == garbage.count)
        #expect(try await RealAgent.exitStatus(of: pid) == 1)
        var answer = [UInt8](repeating: 0, count: 4096)
        let count = read(pair.link, &answer, answer.count)
        var parser = FrameParser()
        parser.append(answer.prefix(max(0, count)))
        if case .hello = try Reply(try #require(try parser.next())) {} else { Issue.record("no greeting") }
        let failure = Failure(subject: "protocol", detail: "a frame of impossible length 4294967295")
        #expect(try Reply(try #require(try parser.next())) == .failure(failure))
        close(pair.link)
    }
}
