import AgentProtocol
import BenchrunModel
import Glibc
import Testing

@testable import Host

/// The other end of a link, played by a test.
final class ScriptedPeer: Sendable {
    let link: AgentLink
    fileprivate let socket: Int32

    /// Makes a link with a peer that has said nothing yet.
    init(_ name: String = "peer", patience: AgentLink.Patience = .init()) throws {
        let pair = try AgentLink.spawnPair()
        socket = pair.child
        _ = fcntl(socket, F_SETFL, O_NONBLOCK)
        link = try AgentLink(name: name, input: pair.link, output: pair.link, patience: patience)
    }

    deinit {
        close(socket)
    }

    /// Makes a link whose peer has greeted.
    static func greeted(_ name: String = "peer", patience: AgentLink.Patience = .init()) async throws -> ScriptedPeer {
        let peer = try ScriptedPeer(name, patience: patience)
        try await peer.send(.hello(Samples.hello), id: 0)
        _ = try await peer.link.hello(within: .seconds(10))
        return peer
    }

    func send(_ reply: Reply, id: UInt32) async throws {
        try await send(try reply.frame(id: id).encoded)
    }

    func send(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else {
                guard errno == EAGAIN else { throw AgentError(.disconnected, subject: "script", detail: "\(errno)") }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    /// Ends this side's sending, or all of it.
    func hangUp() {
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// Reads requests one after another.
    func requests() -> Requests {
        Requests(peer: self)
    }

    struct Requests {
        /// Held, so that its socket stays open as long as the script goes on.
        private let peer: ScriptedPeer
        private var parser = FrameParser()

        init(peer: ScriptedPeer) {
            self.peer = peer
        }

        /// The next request; throws when none comes within ten seconds.
        mutating func next() async throws -> (id: UInt32, request: Request) {
            for _ in 0..<10_000 {
                if let frame = try parser.next() { return (frame.id, try Request(frame)) }
                var buffer = [UInt8](repeating: 0, count: 65536)
                let count = read(peer.socket, &buffer, buffer.count)
                if count > 0 {
                    parser.append(buffer[..<count])
                } else {
                    guard count < 0, errno == EAGAIN else { break }
                    try await Task.sleep(for: .milliseconds(1))
                }
            }
            throw AgentError(.deadline, subject: "script", detail: "no request came")
        }
    }
}

/// The kind of the `AgentError` that an operation ends with, or nil when it ends in another way.
func failureKind(_ operation: () async throws -> Void) async -> AgentError.Kind? {
    do {
        try await operation()
        return nil
    } catch {
        return (error as? AgentError)?.kind
    }
}
