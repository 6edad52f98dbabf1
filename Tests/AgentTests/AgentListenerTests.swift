import AgentProtocol
import BenchrunModel
import Glibc
import Host
import Testing

@Suite(.timeLimit(.minutes(1))) struct AgentListenerTests {
    private static func path() -> String {
        "/tmp/benchrun-\(getpid())-\(UInt32.random(in: 0...(.max)))"
    }

    private static func connect(to path: String) -> Int32 {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? socket : -1
    }

    @Test func acceptsInOrder() async throws {
        let path = Self.path()
        let listener = try AgentListener(path: path)
        let socket = Self.connect(to: path)
        try #require(socket >= 0)
        defer { close(socket) }
        let link = try await listener.accept(name: "vm", within: .seconds(20))
        let greeting = try Reply.hello(Samples.hello).frame(id: 0).encoded
        #expect(write(socket, greeting, greeting.count) == greeting.count)
        #expect(try await link.hello(within: .seconds(20)).0 == Samples.hello)
        listener.close()
        listener.close()
        #expect(access(path, F_OK) != 0)
        #expect(await failureKind { _ = try await listener.accept(name: "vm", within: .seconds(1)) } == .disconnected)
    }

    @Test func waitsNoLongerThanAsked() async throws {
        let listener = try AgentListener(path: Self.path())
        #expect(await failureKind { _ = try await listener.accept(name: "a", within: .milliseconds(30)) } == .deadline)
        let task = Task { try await listener.accept(name: "b", within: .seconds(60)) }
        try await Task.sleep(for: .milliseconds(20))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let waiting = Task { try await listener.accept(name: "c", within: .seconds(60)) }
        try await Task.sleep(for: .milliseconds(20))
        listener.close()
        #expect(await failureKind { _ = try await waiting.value } == .disconnected)
    }

    @Test func replacesADeadSocketButNoOtherFile() throws {
        let path = Self.path()
        let first = try AgentListener(path: path)
        let second = try AgentListener(path: path)
        first.close()
        second.close()
        let file = open(path, O_CREAT | O_WRONLY, 0o600)
        close(file)
        defer { unlink(path) }
        #expect(throws: AgentError.self) { try AgentListener(path: path) }
    }

    @Test func pathsThatDoNotFitAreRefused() {
        for path in ["", "/tmp/" + String(repeating: "x", count: 120), "/nowhere/at/all"] {
            #expect(throws: AgentError.self) { try AgentListener(path: path) }
        }
    }
}
