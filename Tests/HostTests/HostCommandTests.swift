import FoundationEssentials
import Glibc
import Testing

@testable import Host

@Suite("host commands", .timeLimit(.minutes(1)))
struct HostCommandTests {
    @Test(arguments: [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", 137), ("kill -15 $$", 143)] as [(String, Int32)])
    func status(script: String, expected: Int32) async throws {
        let result = try await HostCommand(["sh", "-c", script]).run()
        #expect(result.status == expected)
        #expect(result.isSuccess == (expected == 0))
    }

    @Test func streamsAreSeparate() async throws {
        let result = try await HostCommand(["sh", "-c", "echo out; echo err >&2"]).run()
        #expect(result == CommandResult(status: 0, output: "out\n", errorOutput: "err\n"))
    }

    @Test func checkTellsTheTailOfStandardError() async throws {
        let command = HostCommand(["sh", "-c", "seq 1000 >&2; echo 'no such image' >&2; exit 125"])
        let error = try await #require(throws: HostError.self) { try await command.check() }
        #expect(error.subject == "sh")
        #expect(error.detail.hasPrefix("exit status 125: 994\n"))
        #expect(error.detail.hasSuffix("1000\nno such image"))
    }

    @Test func checkTellsStandardOutputWhereNothingElseWasSaid() async throws {
        let error = try await #require(throws: HostError.self) {
            try await HostCommand(["/bin/sh", "-c", "echo refused; kill -6 $$"]).check()
        }
        #expect("\(error)" == "sh: ended by signal 6: refused")
    }

    @Test(arguments: ["benchrun-no-such-program", "/nonexistent/program"])
    func missingProgram(name: String) async throws {
        let error = try await #require(throws: HostError.self) { try await HostCommand([name]).run() }
        #expect(
            "\(error)"
                == "\(name): there is no such program; install it, or run 'benchrun doctor' to see what is missing"
        )
    }

    @Test func missingDirectory() async throws {
        let error = try await #require(throws: HostError.self) {
            try await HostCommand(["true"], directory: "/nonexistent").run()
        }
        #expect(error.detail == "cannot work in '/nonexistent'")
    }

    @Test func noProgram() async throws {
        await #expect(throws: HostError(subject: "command", detail: "names no program")) {
            try await HostCommand([]).run()
        }
    }

    @Test func environmentIsAddedToOurs() async throws {
        let result = try await HostCommand(["sh", "-c", "echo $ADDED:${PATH:+path}"], environment: ["ADDED": "a b"])
            .run()
        #expect(result.output == "a b:path\n")
    }

    @Test func directory() async throws {
        let result = try await HostCommand(["pwd"], directory: "/usr").run()
        #expect(result.output == "/usr\n")
    }

    @Test func inputGoesThrough() async throws {
        let input = (0..<1 << 20).map { UInt8(ascii: "a") + UInt8($0 % 26) }
        let result = try await HostCommand(["cat"], input: input).run()
        #expect(Array(result.output.utf8) == input)
    }

    @Test func inputNobodyReadsIsNoFailure() async throws {
        let result = try await HostCommand(["true"], input: [UInt8](repeating: 0, count: 4 << 20)).run()
        #expect(result.isSuccess)
    }

    @Test func withoutInputThereIsNothingToRead() async throws {
        #expect(try await HostCommand(["cat"]).run().output.isEmpty)
    }

    @Test func muchOutputOnBothStreams() async throws {
        let script = "head -c 8000000 /dev/zero & head -c 9000000 /dev/zero >&2; wait"
        let result = try await HostCommand(["sh", "-c", script]).run()
        #expect(result.output.utf8.count == 8_000_000)
        #expect(result.errorOutput.utf8.count == 9_000_000)
    }

    @Test func tooMuchOutputEndsIt() async throws {
        let error = try await #require(throws: HostError.self) { try await HostCommand(["cat", "/dev/zero"]).run() }
        #expect(error.detail == "wrote more than 64 MiB and was killed")
    }

    @Test func aBackgroundProcessDoesNotHoldItUp() async throws {
        let begin = ContinuousClock.now
        let result = try await HostCommand(["sh", "-c", "sleep 60 & echo $!"]).run()
        #expect(ContinuousClock.now - begin < .seconds(30))
        if let pid = Int32(result.output.trimmed) { kill(pid, SIGKILL) }
    }

    @Test func theTimeLimitKillsTheGroup() async throws {
        try await withTemporaryDirectory { directory in
            let script = "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > pid; while :; do sleep 60; done' & wait"
            let begin = ContinuousClock.now
            let error = try await #require(throws: HostError.self) {
                try await HostCommand(
                    ["sh", "-c", script],
                    directory: directory,
                    timeLimit: .milliseconds(1500)
                ).run()
            }
            #expect(ContinuousClock.now - begin < .seconds(30))
            #expect(error.detail == "did not end within 1.5 s and was killed")
            let pid = try #require(text(of: directory + "/pid").flatMap { Int32($0.trimmed) })
            #expect(try await eventually { ProcessIdentity(pid: pid).map { !$0.isAlive } ?? true })
        }
    }

    @Test func cancellationKillsTheGroupSoon() async throws {
        try await withTemporaryDirectory { directory in
            // The leader ends at SIGTERM; what it started ignores it and must be gone all the same.
            let script = "sh -c 'trap \"\" TERM; echo $$ > pid; while :; do sleep 60; done' & wait"
            let task = Task { try await HostCommand(["sh", "-c", script], directory: directory).run() }
            #expect(try await eventually { text(of: directory + "/pid")?.isEmpty == false })
            let begin = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ContinuousClock.now - begin < .seconds(30))
            let pid = try #require(text(of: directory + "/pid").flatMap { Int32($0.trimmed) })
            #expect(try await eventually { ProcessIdentity(pid: pid).map { !$0.isAlive } ?? true })
        }
    }

    @Test func manyAtOnce() async throws {
        let sum = try await withThrowingTaskGroup(of: Int32.self) { group in
            for number in 1...40 {
                group.addTask { try await HostCommand(["sh", "-c", "exit \(number)"]).run().status }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 820)
    }
}
