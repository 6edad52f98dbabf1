import AgentProtocol
import BenchrunModel
import Glibc
import Testing

@testable import Host

/// A link against a peer that is broken: it ends with an error that says why, and never hangs.
@Suite(.timeLimit(.minutes(1))) struct AgentLinkHostilityTests {
    @Test func garbageIsAProtocolError() async throws {
        var random = SplitMix(state: 1)
        for _ in 0..<50 {
            let peer = try ScriptedPeer()
            // A high byte in the length keeps it from waiting for more.
            let bytes = (0..<64).map { _ in UInt8.random(in: 16...255, using: &random) }
            try await peer.send(bytes)
            #expect(await failureKind { _ = try await peer.link.hello(within: .seconds(20)) } == .protocol)
            #expect(await failureKind { _ = try await peer.link.facts() } == .protocol)
        }
    }

    @Test func truncationIsADisconnection() async throws {
        let peer = try ScriptedPeer("vm-1")
        try await peer.send(Array(try Reply.hello(Samples.hello).frame(id: 0).encoded.dropLast()))
        peer.hangUp()
        do {
            _ = try await peer.link.hello(within: .seconds(20))
            Issue.record("it should have failed")
        } catch let error as AgentError {
            #expect(error == AgentError(.disconnected, subject: "vm-1", detail: "the channel closed inside a frame"))
        }
    }

    @Test func anotherVersionIsAProtocolErrorThatSaysSo() async throws {
        let peer = try ScriptedPeer()
        var bytes = try Reply.hello(Samples.hello).frame(id: 0).encoded
        bytes[4] = 9
        try await peer.send(bytes)
        do {
            _ = try await peer.link.hello(within: .seconds(20))
            Issue.record("it should have failed")
        } catch let error as AgentError {
            #expect(error.kind == .protocol)
            #expect(error.detail.hasPrefix("a frame of protocol version 9"))
        }
    }

    @Test func silenceEndsAtTheDeadline() async throws {
        let peer = try ScriptedPeer()
        let began = RawClock.now()
        #expect(await failureKind { _ = try await peer.link.hello(within: .milliseconds(40)) } == .deadline)
        #expect(RawClock.now() - began >= 40_000_000)
        // It may still greet later.
        try await peer.send(.hello(Samples.hello), id: 0)
        _ = try await peer.link.hello(within: .seconds(20))
    }

    @Test func requestWithoutAnswerEndsAtItsDeadline() async throws {
        var patience = AgentLink.Patience()
        patience.ordinary = .milliseconds(40)
        patience.margin = .milliseconds(40)
        let peer = try await ScriptedPeer.greeted(patience: patience)
        let link = peer.link
        #expect(await failureKind { _ = try await link.facts() } == .deadline)
        let limited = Command(["x"], timeLimit: 1_000_000)
        #expect(await failureKind { _ = try await link.run(limited, onOutput: nil) } == .deadline)
        var requests = peer.requests()
        #expect(try await requests.next().request == .facts)
        #expect(try await requests.next().request == .cancel)
        #expect(try await requests.next().request == .run(limited, inputLength: 0, streams: false))
        #expect(try await requests.next().request == .cancel)
    }

    @Test func disconnectionFailsEverythingThatWaits() async throws {
        let peer = try await ScriptedPeer.greeted("docker-2")
        let link = peer.link
        await withTaskGroup(of: AgentError?.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        _ = try await link.run(Command(["x"]), onOutput: { _ in })
                        return nil
                    } catch {
                        return error as? AgentError
                    }
                }
            }
            var requests = peer.requests()
            for _ in 0..<20 { _ = try? await requests.next() }
            peer.hangUp()
            for await error in group {
                #expect(error?.kind == .disconnected)
                #expect(error?.subject == "docker-2")
            }
        }
    }

    @Test(arguments: [
        Reply.done, .output(.output, [1]), .facts([:]), .hello(Samples.hello),
    ])
    func answersWithoutAQuestionAreProtocolErrors(reply: Reply) async throws {
        for id in [UInt32(0), 1000] {
            let peer = try await ScriptedPeer.greeted()
            try await peer.send(reply, id: id)
            #expect(await failureKind { _ = try await peer.link.facts() } == .protocol)
        }
    }

    @Test func answersBeforeTheGreetingAreProtocolErrors() async throws {
        let peer = try ScriptedPeer()
        try await peer.send(.done, id: 1)
        #expect(await failureKind { _ = try await peer.link.hello(within: .seconds(20)) } == .protocol)
    }

    @Test func answersOfTheWrongKindEndTheLink() async throws {
        let peer = try await ScriptedPeer.greeted()
        let link = peer.link
        async let kind = failureKind { _ = try await link.facts() }
        var requests = peer.requests()
        try await peer.send(.done, id: try await requests.next().id)
        #expect(await kind == .protocol)
        #expect(await failureKind { _ = try await link.counters() } == .protocol)
    }

    @Test func agentThatCannotWorkSaysWhy() async throws {
        let peer = try ScriptedPeer("libvirt-3")
        try await peer.send(.failure(Failure(subject: "scratch disk /dev/vdb", detail: "did not appear")), id: 0)
        do {
            _ = try await peer.link.hello(within: .seconds(20))
            Issue.record("it should have failed")
        } catch let error as AgentError {
            #expect(error.description == "agent libvirt-3: scratch disk /dev/vdb: did not appear")
            #expect(error.kind == .refused)
        }
    }

    @Test func outputBeyondItsLimitIsAProtocolError() async throws {
        let peer = try await ScriptedPeer.greeted()
        let link = peer.link
        async let kind = failureKind { _ = try await link.run(Command(["x"], outputLimit: 100), onOutput: nil) }
        var requests = peer.requests()
        let (id, _) = try await requests.next()
        for _ in 0..<100 { try? await peer.send(.output(.errorOutput, [UInt8](repeating: 0, count: 10)), id: id) }
        #expect(await kind == .protocol)
    }

    @Test func floodDoesNotStarveOthers() async throws {
        let flooding = try await ScriptedPeer.greeted("flooding")
        let quiet = try await ScriptedPeer.greeted("quiet")
        // Frames for a request that was given up are legal, however many come.
        let given = Task { try await flooding.link.facts() }
        var requests = flooding.requests()
        let (id, _) = try await requests.next()
        given.cancel()
        _ = await given.result
        let frame = try Reply.data([UInt8](repeating: 0, count: Frame.chunk)).frame(id: id).encoded
        let flood = Task { while !Task.isCancelled { try await flooding.send(frame) } }
        let link = quiet.link
        var calm = quiet.requests()
        for _ in 0..<20 {
            async let facts = link.facts()
            try await quiet.send(.facts([:]), id: try await calm.next().id)
            _ = try await facts
        }
        flood.cancel()
        _ = await flood.result
    }

    @Test func peerThatDoesNotReadIsBounded() async throws {
        let peer = try await ScriptedPeer.greeted()
        let link = peer.link
        let large = [UInt8](repeating: 1, count: 8 << 20)
        let puts = (0..<4).map { number in Task { try await link.put(large, at: "/\(number)", mode: 0o600) } }
        try await Task.sleep(for: .milliseconds(50))
        let long = Command([String(repeating: "x", count: 900_000)])
        let runs = (0..<30).map { _ in Task { try await link.run(long, onOutput: nil) } }
        var refused = 0
        // The first few fit; the rest is refused instead of piling up.
        for task in runs.dropFirst(10) where await failureKind({ _ = try await task.value }) == .refused {
            refused += 1
        }
        #expect(refused == 20)
        #expect(link.queuedBytes <= AgentLinkCore.maximumOutbox + Frame.maximumPayload + 10)
        await link.close()
        for task in runs { _ = await task.result }
        for task in puts { #expect(await failureKind { try await task.value } == .disconnected) }
        withExtendedLifetime(peer) {}
    }

    @Test func mutatedRepliesNeverHang() async throws {
        var random = SplitMix(state: 7)
        let frames = try Samples.replies.map { try $0.frame(id: 1).encoded }
        for _ in 0..<200 {
            let peer = try await ScriptedPeer.greeted()
            let link = peer.link
            let task = Task { try await link.facts() }
            var requests = peer.requests()
            _ = try await requests.next()
            var bytes = frames.randomElement(using: &random) ?? []
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] = UInt8.random(in: 0...255, using: &random)
            try await peer.send(bytes)
            peer.hangUp()
            _ = await task.result
        }
    }
}
