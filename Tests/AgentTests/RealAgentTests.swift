import AgentProtocol
import BenchrunModel
import Glibc
import Host
import Testing

/// The executable itself, unprivileged: one command at a time.
@Suite(.timeLimit(.minutes(1))) struct RealAgentTests {
    @Test func greetsFirst() async throws {
        let before = RawClock.now()
        let agent = try RealAgent()
        let (hello, receivedAt) = try await agent.link.hello(within: .seconds(20))
        #expect(hello.processID == agent.pid)
        #expect(hello.version == agentProtocolVersion)
        // The same kernel, so the same clock.
        #expect(before <= hello.startedAt && hello.startedAt <= receivedAt)
        #expect(try await agent.link.ping(within: .seconds(20)) == hello)
        await agent.link.close()
        #expect(try await agent.exitStatus() == 0)
    }

    @Test func executesExactlyWhatIsAsked() async throws {
        try await RealAgent.use { link in
            var command = Command(
                ["sh", "-c", #"pwd; umask; echo "$0"; echo "$1"; env | sort; echo err >&2; exit 3"#, "zero", "a b\n*"],
                environment: ["B=2", "A=x y", "PATH=/usr/bin:/bin"],
                directory: "/usr",
                umask: 0o137
            )
            command.timeLimit = 30_000_000_000
            let execution = try await link.run(command, onOutput: nil)
            #expect(execution.termination == .exited(3))
            #expect(execution.text == "/usr\n0137\nzero\na b\n*\nA=x y\nB=2\nPATH=/usr/bin:/bin\nPWD=/usr\n")
            #expect(execution.errorText == "err\n")
            #expect(execution.dropped == 0)
            #expect(execution.wall > 0 && execution.startedAt > 0)
        }
    }

    @Test func showsItsClock() async throws {
        try await RealAgent.use { link in
            let before = RawClock.now()
            let inside = try await link.clock()
            // The same kernel, so the same clock.
            #expect(before <= inside && inside <= RawClock.now())
        }
    }

    @Test func tellsHowLongACommandWaited() async throws {
        try await RealAgent.use { link in
            let execution = try await link.run(Command(["true"]), onOutput: nil)
            let waited = try #require(execution.runDelay)
            #expect(waited < execution.wall)
        }
    }

    @Test func measuresTimeAndResources() async throws {
        try await RealAgent.use { link in
            let sleeping = try await link.run(shell("sleep 0.2"), onOutput: nil)
            #expect(sleeping.wall >= 200_000_000)
            #expect(sleeping.user + sleeping.system < 150_000_000)
            let busy = try await link.run(shell("i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"), onOutput: nil)
            #expect(busy.user > 0)
            #expect(busy.minorFaults > 0)
            #expect(busy.user + busy.system <= busy.wall + 50_000_000)
        }
    }

    @Test func inputIsWhatWasGiven() async throws {
        try await RealAgent.use { link in
            let none = try await link.run(Command(["cat"]), onOutput: nil)
            #expect(none.termination == .exited(0) && none.output.isEmpty)
            var command = Command(["cat"])
            command.input = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            #expect(try await link.run(command, onOutput: nil).output == command.input)
            // A command that does not read it is nobody's problem.
            command.arguments = ["true"]
            #expect(try await link.run(command, onOutput: nil).termination == .exited(0))
        }
    }

    @Test func outputIsBoundedAndDrained() async throws {
        try await RealAgent.use { link in
            let script = "head -c 3000000 /dev/zero; head -c 2000 /dev/zero >&2"
            let execution = try await link.run(shell(script, outputLimit: 1000), onOutput: nil)
            #expect(execution.termination == .exited(0))
            #expect(execution.output.count == 1000 && execution.errorOutput.count == 1000)
            #expect(execution.dropped == 3_000_000 - 1000 + 1000)
            let none = try await link.run(shell("echo x", outputLimit: 0), onOutput: nil)
            #expect(none.output.isEmpty && none.dropped == 2)
            let all = try await link.run(shell("head -c 5000000 /dev/zero", outputLimit: 6_000_000), onOutput: nil)
            #expect(all.output.count == 5_000_000 && all.dropped == 0)
        }
    }

    @Test func standardOutputIsStreamedOnRequest() async throws {
        let directory = try RealAgent.makeDirectory()
        let file = "\(directory)/go"
        try await RealAgent.use { link in
            // The command goes on only when its first line has been seen.
            let script = "echo one; while [ ! -e \(file) ]; do sleep 0.01; done; echo two"
            let (pieces, feed) = AsyncStream.makeStream(of: [UInt8].self)
            let execution = try await link.run(shell(script)) { piece in
                close(open(file, O_CREAT | O_WRONLY, 0o600))
                feed.yield(piece)
            }
            feed.finish()
            var bytes: [UInt8] = []
            for await piece in pieces { bytes += piece }
            #expect(bytes == execution.output && execution.text == "one\ntwo\n")
        }
        unlink(file)
        rmdir(directory)
    }

    @Test func timeLimitEndsTheWholeGroup() async throws {
        let directory = try RealAgent.makeDirectory()
        defer { _ = rmdir(directory) }
        try await RealAgent.use { link in
            let script = "(trap '' TERM; while :; do sleep 0.05; touch \(directory)/alive; done) & sleep 60"
            let execution = try await link.run(shell(script, timeLimit: .milliseconds(300)), onOutput: nil)
            #expect(execution.termination == .timedOut)
            #expect(execution.wall >= 300_000_000 && execution.wall < 20_000_000_000)
            unlink("\(directory)/alive")
            try await Task.sleep(for: .milliseconds(200))
            #expect(access("\(directory)/alive", F_OK) != 0)
        }
        unlink("\(directory)/alive")
    }

    @Test func nothingIsLeftOfACommand() async throws {
        try await RealAgent.use { link in
            let script = "sleep 987 & setsid sleep 987 & (setsid sh -c 'sleep 987 & sleep 987' &) ; echo done"
            let execution = try await link.run(shell(script), onOutput: nil)
            #expect(execution.text == "done\n")
            #expect(execution.wall < 20_000_000_000)
            let left = try await link.run(
                shell("pgrep -f 'slee[p] 987' -P $PPID; ps -o pid= --ppid $PPID"),
                onOutput: nil
            )
            #expect(left.text.split(separator: "\n").count <= 1, "\(left.text)")
        }
    }

    @Test func signalsAreReported() async throws {
        try await RealAgent.use { link in
            let execution = try await link.run(shell("kill -SEGV $$"), onOutput: nil)
            #expect(execution.termination == .signalled(11))
        }
    }

    @Test func whatCannotBeExecutedIsARefusal() async throws {
        let directory = try RealAgent.makeDirectory()
        let plain = "\(directory)/plain"
        defer {
            unlink(plain)
            rmdir(directory)
        }
        try await RealAgent.use { link in
            try await link.put(Array("hello".utf8), at: plain, mode: 0o644)
            let cases: [(Command, String)] = [
                (Command(["no-such-program"]), "no-such-program: cannot execute: No such file or directory"),
                (Command(["/no/such"]), "/no/such: cannot execute: No such file or directory"),
                (Command([plain]), "\(plain): cannot execute: Permission denied"),
                (
                    Command(["plain"], environment: ["PATH=/bin:\(directory)"]),
                    "plain: cannot execute: Permission denied"
                ),
                (
                    Command(["true"], directory: "/no/such"),
                    "true: cannot enter the working directory: No such file or directory"
                ),
            ]
            for (command, message) in cases {
                for attempt in ["run", "spawn"] {
                    do {
                        if attempt == "run" {
                            _ = try await link.run(command, onOutput: nil)
                        } else {
                            _ = try await link.spawn(command)
                        }
                        Issue.record("\(command.arguments) should have been refused")
                    } catch let error as AgentError {
                        #expect(error == AgentError(.refused, subject: "real", detail: message))
                    }
                }
            }
            // 127 by the command itself is data.
            #expect(try await link.run(shell("exit 127"), onOutput: nil).termination == .exited(127))
        }
    }

    @Test func childrenInheritNoDescriptors() async throws {
        // One of the test's own that is not closed on exec reaches the agent, and must stop there.
        let stray = dup(STDERR_FILENO)
        defer { close(stray) }
        try await RealAgent.use { link in
            let service = try await link.spawn(shell("sleep 60"))
            let execution = try await link.run(Command(["ls", "/proc/self/fd"]), onOutput: nil)
            // 3 is ls reading the directory.
            #expect(execution.text == "0\n1\n2\n3\n")
            let places = try await link.run(shell("readlink /proc/self/fd/0; ulimit -c; ulimit -Sn"), onOutput: nil)
            #expect(places.text == "/dev/null\n0\n1024\n")
            try await link.signal(service, number: SIGKILL)
            #expect(try await link.wait(service).termination == .signalled(SIGKILL))
        }
    }

    @Test func cancellationEndsTheCommand() async throws {
        let directory = try RealAgent.makeDirectory()
        defer { _ = rmdir(directory) }
        try await RealAgent.use { link in
            let task = Task { try await link.run(shell("echo $$ > \(directory)/pid; exec sleep 600"), onOutput: nil) }
            var pid: pid_t = 0
            while pid == 0 {
                try await Task.sleep(for: .milliseconds(5))
                let content = try? await link.get("\(directory)/pid", limit: 100)
                let line = String(decoding: content ?? [], as: UTF8.self).split(separator: "\n").first
                pid = line.flatMap { pid_t($0) } ?? 0
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            for _ in 0..<2000 where kill(pid, 0) == 0 { try await Task.sleep(for: .milliseconds(1)) }
            #expect(kill(pid, 0) != 0)
        }
        unlink("\(directory)/pid")
    }
}
