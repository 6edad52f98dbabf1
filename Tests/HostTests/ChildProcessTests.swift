import FoundationEssentials
import Glibc
import Testing

@testable import Host

@Suite("child processes", .timeLimit(.minutes(1)))
struct ChildProcessTests {
    @Test func manyWaitersHearTheSame() async throws {
        let child = try await ChildProcess.start(["sh", "-c", "sleep 0.1; exit 7"])
        #expect(child.isRunning)
        let all = await withTaskGroup(of: Int32.self) { group in
            for _ in 0..<100 { group.addTask { await child.waitForExit() } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(all == Array(repeating: 7, count: 100))
        #expect(await child.waitForExit() == 7)
        #expect(!child.isRunning)
    }

    @Test func identityIsThatOfTheKernel() async throws {
        let child = try await ChildProcess.start(["sleep", "60"])
        #expect(ProcessIdentity(pid: child.pid)?.description == child.identity)
        #expect(ProcessIdentity(child.identity)?.isAlive == true)
        child.send(signal: SIGKILL)
        #expect(await child.waitForExit() == 137)
        #expect(ProcessIdentity(child.identity)?.isAlive == false)
        // To nobody: the number may be another's by now.
        child.send(signal: SIGKILL)
    }

    @Test func anIdentityOfAnotherTimeIsNotAlive() throws {
        let own = try #require(ProcessIdentity.current)
        let other = try #require(ProcessIdentity("\(own.pid):\(own.startTime + 1)"))
        #expect(own.isAlive)
        #expect(!other.isAlive)
        #expect(!other.send(signal: 0))
        #expect(own.send(signal: 0))
        for text in ["", "1", "1:", ":1", "a:b", "1:2:3", "-1:5", "0:1"] { #expect(ProcessIdentity(text) == nil) }
    }

    @Test func stopIsGracefulFirst() async throws {
        let child = try await ChildProcess.start(["sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.01; done"])
        try await Task.sleep(for: .milliseconds(100))
        await child.stop(grace: .seconds(20))
        #expect(await child.waitForExit() == 5)
        await child.stop(grace: .seconds(20))
    }

    @Test func stopKillsAfterTheGraceAlsoWhenCancelled() async throws {
        let child = try await ChildProcess.start(["sh", "-c", "trap '' TERM; while :; do sleep 0.01; done"])
        try await Task.sleep(for: .milliseconds(100))
        let task = Task { await child.stop(grace: .milliseconds(200)) }
        task.cancel()
        await task.value
        #expect(!child.isRunning)
        #expect(await child.waitForExit() == 137)
    }

    @Test func streams() async throws {
        try await withTemporaryDirectory { directory in
            try write("first\n", to: directory + "/log")
            try write("from a file", to: directory + "/in")
            let child = try await ChildProcess.start(
                ["sh", "-c", "cat; echo; echo err >&2; echo $ONLY:$HOME"],
                environment: ["ONLY": "this", "PATH": "/usr/bin:/bin"],
                input: .file(directory + "/in"),
                output: .file(directory + "/log"),
                error: .file(directory + "/log")
            )
            #expect(await child.waitForExit() == 0)
            #expect(text(of: directory + "/log") == "first\nfrom a file\nerr\nthis:\n")
        }
    }

    @Test func descriptorsAreDuplicated() async throws {
        var pipe: [Int32] = [-1, -1]
        #expect(Glibc.pipe(&pipe) == 0)
        let child = try await ChildProcess.start(["echo", "through"], output: .descriptor(pipe[1]))
        #expect(await child.waitForExit() == 0)
        close(pipe[1])
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = read(pipe[0], &buffer, buffer.count)
        #expect(String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self) == "through\n")
        #expect(read(pipe[0], &buffer, buffer.count) == 0)
        close(pipe[0])
    }

    @Test func whatCannotBeStarted() async throws {
        let missing = try await #require(throws: HostError.self) {
            _ = try await ChildProcess.start(["benchrun-no-such-program"])
        }
        #expect(missing.detail == "there is no such program")
        let closed = try await #require(throws: HostError.self) {
            _ = try await ChildProcess.start(["true"], output: .file("/nonexistent/log"))
        }
        #expect(closed.subject == "/nonexistent/log")
    }

    @Test func itIsInASessionOfItsOwn() async throws {
        let child = try await ChildProcess.start(["sleep", "60"])
        #expect(getsid(child.pid) == child.pid)
        await child.stop(grace: .seconds(5))
    }
}
