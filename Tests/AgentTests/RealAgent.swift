import AgentProtocol
import BenchrunModel
import Glibc
import Host
import Synchronization
import Testing

/// The agent's executable, running as a child of the test with its channel on a socket.
final class RealAgent: Sendable {
    let link: AgentLink
    let pid: pid_t

    /// Held while a process is started, and by a test while it has descriptors that are not closed on exec yet.
    static let descriptorLock = Mutex(())

    /// Beside the test bundle, where the package manager puts all products.
    static let executable: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let own = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let directory = own.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(directory)/benchrun-agent"
    }()

    init() throws {
        let pair = try AgentLink.spawnPair()
        defer { close(pair.child) }
        pid = try Self.start(["serve", "--stdio"], input: pair.child, output: pair.child)
        link = try AgentLink(name: "real", input: pair.link, output: pair.link)
    }

    deinit {
        kill(pid, SIGKILL)
    }

    /// Starts an agent that has greeted, hands it over, and sees it end when its channel closes.
    static func use(_ body: (AgentLink) async throws -> Void) async throws {
        let agent = try RealAgent()
        _ = try await agent.link.hello(within: .seconds(20))
        do {
            try await body(agent.link)
        } catch {
            await agent.link.close()
            throw error
        }
        await agent.link.close()
        #expect(try await agent.exitStatus() == 0)
    }

    /// Waits, without blocking a thread of the pool, and reaps.
    func exitStatus() async throws -> Int32 {
        try await Self.exitStatus(of: pid)
    }

    static func exitStatus(of pid: pid_t) async throws -> Int32 {
        for _ in 0..<10_000 {
            var status: Int32 = 0
            let reaped = waitpid(pid, &status, WNOHANG)
            if reaped == pid { return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f) }
            guard reaped == 0 else { break }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw AgentError(.deadline, subject: "agent", detail: "did not end")
    }

    /// Starts the executable with these descriptors as 0 and 1.
    static func start(_ arguments: [String], input: Int32, output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        var pid: pid_t = 0
        var pointers = ([executable] + arguments).map { strdup($0) } + [nil]
        defer { for case let pointer? in pointers { free(pointer) } }
        let code = descriptorLock.withLock { _ in
            posix_spawn(&pid, executable, &actions, nil, &pointers, environ)
        }
        try #require(code == 0, "build the product benchrun-agent first: \(String(cString: strerror(code)))")
        return pid
    }

    /// A directory for one test.
    static func makeDirectory() throws -> String {
        var template = Array("/tmp/benchrun-agent-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkdtemp($0) != nil } ?? false }
        try #require(made)
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension AgentProtocol.Execution {
    var text: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
}

/// A shell command with an everyday `PATH`.
func shell(_ script: String, timeLimit: Duration = .seconds(30), outputLimit: UInt32 = 1 << 20) -> Command {
    let nanoseconds =
        UInt64(timeLimit.components.seconds) * 1_000_000_000
        + UInt64(timeLimit.components.attoseconds / 1_000_000_000)
    return Command(["sh", "-c", script], timeLimit: nanoseconds, outputLimit: outputLimit)
}
