import AgentProtocol
import BenchrunModel
import Glibc
import Host
import Testing

/// `benchrun-agent launch` as far as it needs no privilege.
@Suite(.timeLimit(.minutes(1))) struct LaunchTests {
    private func launch(_ arguments: [String], _ link: AgentLink) async throws -> AgentProtocol.Execution {
        try await link.run(
            Command([RealAgent.executable, "launch"] + arguments, timeLimit: 20_000_000_000),
            onOutput: nil
        )
    }

    @Test func statusesAreThoseOfEnv() async throws {
        try await RealAgent.use { link in
            let cases: [([String], Int32, String)] = [
                (["--", "sh", "-c", "exit 9"], 9, ""),
                (["--supervise", "--", "sh", "-c", "exit 9"], 9, ""),
                (["--supervise", "--", "sh", "-c", "kill -9 $$"], 137, ""),
                (["--", "no-such-program"], 127, "launch: 'no-such-program': No such file or directory"),
                (
                    ["--supervise", "--", "no-such-program"], 127,
                    "launch: 'no-such-program': No such file or directory"
                ),
                (["--", "/etc/passwd"], 126, "launch: '/etc/passwd': Permission denied"),
                ([], 125, "launch: no command; it follows '--'"),
                (["--"], 125, "launch: no command after '--'"),
                (["--nonsense", "--", "true"], 125, "launch: unexpected '--nonsense'; the command follows '--'"),
                (["--cpus", "1-0", "--", "true"], 125, "--cpus 1-0: not a list of CPUs such as 0,2-3"),
                (["--cpus", "1,,2", "--", "true"], 125, "--cpus 1,,2: not a list of CPUs such as 0,2-3"),
                (["--death-signal", "0", "--", "true"], 125, "--death-signal 0: not a signal's number"),
                (["--root", "x", "--", "true"], 125, "--root x: not an absolute path"),
                (["--bind", "/a", "--", "true"], 125, "--bind /a: not SOURCE:TARGET"),
                (["--bind", "/a:b", "--", "true"], 125, "--bind /a:b: the target is not an absolute path"),
                (["--system-mounts", "--", "true"], 125, "--system-mounts needs --root"),
                (["--join", "/no/such", "--", "true"], 125, "--join /no/such: No such file or directory"),
            ]
            for (arguments, status, message) in cases {
                let execution = try await launch(arguments, link)
                #expect(execution.termination == .exited(status), "\(arguments)")
                #expect(execution.errorText == (message.isEmpty ? "" : "benchrun-agent: \(message)\n"))
            }
        }
    }

    @Test func joinsGroupsAndSessions() async throws {
        let directory = try RealAgent.makeDirectory()
        let file = "\(directory)/cgroup.procs"
        try await RealAgent.use { link in
            try await link.put([], at: file, mode: 0o600)
            let script = "echo $$; cut -d' ' -f6 /proc/$$/stat"
            let arguments = ["--join", file, "--supervise", "--new-session", "--", "sh", "-c", script]
            let lines = try await launch(arguments, link).text.split(separator: "\n")
            // The supervisor joined, so that its children are born there; the session is the one they share.
            let joined = String(decoding: try await link.get(file, limit: 100), as: UTF8.self)
            #expect(lines.count == 2 && Int(lines[0]) != nil && Int(joined) != nil)
            try await link.clearAndSync(directory)
        }
        #expect(rmdir(directory) == 0)
    }

    @Test func supervisorForwardsAndCleansUp() async throws {
        try await RealAgent.use { link in
            let script = "trap 'exit 42' TERM; setsid sleep 600 & echo up; while :; do sleep 0.02; done"
            let service = try await link.spawn(
                Command([RealAgent.executable, "launch", "--supervise", "--", "sh", "-c", script])
            )
            try await Task.sleep(for: .milliseconds(300))
            try await link.signal(service, number: SIGTERM)
            let execution = try await link.wait(service)
            #expect(execution.termination == .exited(42))
            #expect(execution.text == "up\n")
        }
    }

    @Test func commandDiesWithItsStarter() async throws {
        let directory = try RealAgent.makeDirectory()
        let file = "\(directory)/pid"
        defer {
            unlink(file)
            rmdir(directory)
        }
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        // The starter is a supervisor; it starts another by way of the launcher with a death signal.
        let inner = [
            RealAgent.executable, "launch", "--death-signal", "9", "--supervise", "--", "sh", "-c",
            "echo $$ > \(file).new; mv \(file).new \(file); exec sleep 600",
        ]
        let starter = try RealAgent.start(["launch", "--supervise", "--"] + inner, input: null, output: null)
        var pid: pid_t = 0
        for _ in 0..<5000 where pid == 0 {
            try await Task.sleep(for: .milliseconds(1))
            let descriptor = open(file, O_RDONLY)
            guard descriptor >= 0 else { continue }
            var bytes = [UInt8](repeating: 0, count: 32)
            let count = read(descriptor, &bytes, bytes.count)
            close(descriptor)
            pid = pid_t(String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 10 }, as: UTF8.self)) ?? 0
        }
        try #require(pid > 0)
        kill(starter, SIGKILL)
        #expect(try await RealAgent.exitStatus(of: starter) == 137)
        // Whether pid 1 has reaped it is not ours to see: a zombie has no command line.
        for _ in 0..<5000 where isAlive(pid) { try await Task.sleep(for: .milliseconds(1)) }
        #expect(!isAlive(pid))
    }

    private func isAlive(_ pid: pid_t) -> Bool {
        let descriptor = open("/proc/\(pid)/cmdline", O_RDONLY)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var byte: UInt8 = 0
        return read(descriptor, &byte, 1) == 1
    }
}
