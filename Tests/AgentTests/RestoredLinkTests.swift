import AgentProtocol
import BenchrunModel
import Host
import Testing

/// A link to an agent that greeted over an earlier one.
@Suite(.timeLimit(.minutes(1))) struct RestoredLinkTests {
    @Test func itIsAskedWithoutAnotherGreeting() async throws {
        let earlier = try await ScriptedPeer.greeted()
        let peer = try ScriptedPeer()
        try peer.link.goOn(after: earlier.link)
        await earlier.link.close()
        #expect(try await peer.link.hello(within: .zero).0 == Samples.hello)
        async let answer = peer.link.ping(within: .seconds(10))
        var requests = peer.requests()
        let (id, request) = try await requests.next()
        #expect(request == .hello)
        try await peer.send(.hello(Samples.hello), id: id)
        #expect(try await answer == Samples.hello)
    }

    @Test func nothingIsTakenOverFromASilentOne() throws {
        let earlier = try ScriptedPeer()
        let peer = try ScriptedPeer()
        #expect(throws: AgentError.self) { try peer.link.goOn(after: earlier.link) }
    }
}
