import AgentProtocol
import BenchrunModel
import Glibc
import Host
import Synchronization
import Testing

/// A link against a peer that keeps to the protocol.
@Suite(.timeLimit(.minutes(1))) struct AgentLinkTests {
    @Test func greetingIsStampedOnArrivalAndKept() async throws {
        let peer = try ScriptedPeer()
        let before = RawClock.now()
        try await peer.send(.hello(Samples.hello), id: 0)
        let (hello, receivedAt) = try await peer.link.hello(within: .seconds(10))
        #expect(hello == Samples.hello)
        #expect(receivedAt >= before && receivedAt <= RawClock.now())
        let again = try await peer.link.hello(within: .zero)
        #expect(again.receivedAt == receivedAt)
    }

    @Test func repliesFindTheirRequestsInAnyOrder() async throws {
        let peer = try await ScriptedPeer.greeted()
        let link = peer.link
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for port in UInt16(1)...100 {
                group.addTask {
                    try await link.probe(.tcp(port: port), send: [], within: .seconds(30)) == UInt64(port)
                }
            }
            var requests = peer.requests()
            var ports: [UInt32: UInt16] = [:]
            while ports.count < 100 {
                let (id, request) = try await requests.next()
                if case .probe(.tcp(let port), _, _) = request { ports[id] = port }
            }
            for (id, port) in ports { try await peer.send(.answered(UInt64(port)), id: id) }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test func runCollectsAndStreamsOutput() async throws {
        let peer = try await ScriptedPeer.greeted()
        let link = peer.link
        let (pieces, collector) = AsyncStream.makeStream(of: [UInt8].self)
        async let execution = link.run(Command(["x"])) { collector.yield($0) }
        var requests = peer.requests()
        let (id, request) = try await requests.next()
        #expect(request == .run(Command(["x"]), inputLength: 0, streams: true))
        try await peer.send(.output(.output, [1, 2]), id: id)
        try await peer.send(.output(.errorOutput, [9]), id: id)
        try await peer.send(.output(.output, [3]), id: id)
        try await peer.send(.finished(Samples.execution), id: id)
        let finished = try await execution
        collector.finish()
        var streamed: [[UInt8]] = []
        for await piece in pieces { streamed.append(piece) }
        #expect(finished.output == [1, 2, 3])
        #expect(finished.errorOutput == [9])
        #expect(finished.wall == Samples.execution.wall)
        #expect(streamed == [[1, 2], [3]])
    }

    @Test func largeFilesTravelInPieces() async throws {
        let peer = try await ScriptedPeer.greeted()
        let link = peer.link
        let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        async let written: Void = link.put(bytes, at: "/a", mode: 0o644)
        var requests = peer.requests()
        let (id, request) = try await requests.next()
        #expect(request == .put(path: "/a", mode: 0o644, length: 700_000))
        var received: [UInt8] = []
        while received.count < bytes.count {
            guard case (id, .data(let piece)) = try await requests.next() else { break }
            #expect(piece.count <= Frame.chunk)
            received += piece
        }
        #expect(received == bytes)
        try await peer.send(.done, id: id)
        try await written
    }

    @Test func failureOfARequestLeavesTheLinkUsable() async throws {
        let peer = try await ScriptedPeer.greeted("native-1")
        let link = peer.link
        var requests = peer.requests()
        async let content = link.get("/missing", limit: 10)
        let (id, _) = try await requests.next()
        try await peer.send(.failure(Failure(subject: "/missing", detail: "No such file or directory")), id: id)
        do {
            _ = try await content
            Issue.record("it should have failed")
        } catch let error as AgentError {
            #expect(error.description == "agent native-1: /missing: No such file or directory")
            #expect(error.kind == .refused)
        }
        async let counters = link.counters()
        let (second, _) = try await requests.next()
        try await peer.send(.counters(["a": 1]), id: second)
        #expect(try await counters == ["a": 1])
    }

    @Test func cancellationIsImmediateAndTellsTheAgent() async throws {
        let peer = try await ScriptedPeer.greeted()
        let link = peer.link
        let task = Task { try await link.run(Command(["sleep"]), onOutput: nil) }
        var requests = peer.requests()
        let (id, _) = try await requests.next()
        let began = RawClock.now()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(RawClock.now() - began < 10_000_000_000)
        let next = try await requests.next()
        #expect(next.id == id && next.request == .cancel)
        // The answer that was on its way is ignored.
        try await peer.send(.finished(Samples.execution), id: id)
        async let facts = link.facts()
        let (second, _) = try await requests.next()
        try await peer.send(.facts(["a": "b"]), id: second)
        #expect(try await facts == ["a": "b"])
    }

    @Test func cancellationBeforeTheRequestSendsNothing() async throws {
        let peer = try await ScriptedPeer.greeted()
        let link = peer.link
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await link.facts()
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        let silent = try ScriptedPeer()
        let waiting = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await silent.link.hello(within: .seconds(30)).0
        }
        await #expect(throws: CancellationError.self) { try await waiting.value }
        withExtendedLifetime((peer, silent)) {}
    }

    @Test func waitKnowsTheOutputLimitOfItsCommand() async throws {
        let peer = try await ScriptedPeer.greeted()
        let link = peer.link
        var requests = peer.requests()
        async let spawned = link.spawn(Command(["x"], outputLimit: 2))
        let first = try await requests.next()
        try await peer.send(.spawned(SpawnedProcess(handle: 5)), id: first.id)
        let process = try await spawned
        async let execution = link.wait(process)
        let second = try await requests.next()
        #expect(second.request == .wait(SpawnedProcess(handle: 5)))
        try await peer.send(.output(.output, [1, 2]), id: second.id)
        try await peer.send(.finished(Samples.execution), id: second.id)
        #expect(try await execution.output == [1, 2])
    }

    @Test func pipesServeAsWellAsSockets() async throws {
        var toLink: [Int32] = [-1, -1]
        var fromLink: [Int32] = [-1, -1]
        let isMade = RealAgent.descriptorLock.withLock { _ in
            guard pipe(&toLink) == 0, pipe(&fromLink) == 0 else { return false }
            for descriptor in toLink + fromLink { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
            return true
        }
        try #require(isMade)
        let link = try AgentLink(name: "pipes", input: toLink[0], output: fromLink[1])
        let greeting = try Reply.hello(Samples.hello).frame(id: 0).encoded
        #expect(write(toLink[1], greeting, greeting.count) == greeting.count)
        _ = try await link.hello(within: .seconds(10))
        // Nobody reads: writing must be an error and not a signal.
        Glibc.close(fromLink[0])
        #expect(await failureKind { _ = try await link.facts() } == .disconnected)
        Glibc.close(toLink[1])
        await link.close()
    }

    @Test func closingIsIdempotentAndReleasesTheDescriptors() async throws {
        let pair = try AgentLink.spawnPair()
        defer { Glibc.close(pair.child) }
        let link = try AgentLink(name: "a", input: pair.link, output: pair.link)
        async let first: Void = link.close()
        async let second: Void = link.close()
        _ = await (first, second)
        await link.close()
        var byte: UInt8 = 0
        #expect(read(pair.child, &byte, 1) == 0)
        #expect(await failureKind { _ = try await link.counters() } == .disconnected)
    }

    @Test func droppedLinkClosesItsChannel() async throws {
        let pair = try AgentLink.spawnPair()
        defer { Glibc.close(pair.child) }
        do {
            _ = try AgentLink(name: "a", input: pair.link, output: pair.link)
        }
        var byte: UInt8 = 0
        #expect(read(pair.child, &byte, 1) == 0)
    }

    @Test func descriptorsThatAreNotOpenAreRefused() {
        #expect(throws: AgentError.self) { try AgentLink(name: "a", input: 9999, output: 9999) }
    }
}
