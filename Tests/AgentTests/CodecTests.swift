import AgentProtocol
import Testing

@Suite struct CodecTests {
    @Test(arguments: Samples.requests.indices)
    func requestSurvivesTheWire(index: Int) throws {
        let frame = try Samples.requests[index].frame(id: 77)
        var parser = FrameParser()
        parser.append(frame.encoded)
        let received = try #require(try parser.next())
        #expect(received == frame)
        #expect(try Request(received) == Samples.requests[index])
        #expect(try parser.next() == nil)
        #expect(parser.pending == 0)
    }

    @Test(arguments: Samples.replies.indices)
    func replySurvivesTheWire(index: Int) throws {
        let frame = try Samples.replies[index].frame(id: .max)
        var parser = FrameParser()
        for byte in frame.encoded.dropLast() {
            parser.append([byte])
            #expect(try parser.next() == nil)
        }
        parser.append(frame.encoded.suffix(1))
        let received = try #require(try parser.next())
        #expect(try Reply(received) == Samples.replies[index])
    }

    @Test func inputIsNotInTheFrame() throws {
        var command = Command(["cat"])
        command.input = [1, 2, 3]
        let request = try Request(Request.run(command, inputLength: 3, streams: false).frame(id: 1))
        command.input = []
        #expect(request == .run(command, inputLength: 3, streams: false))
    }

    @Test func framesAreLaidOutAsDocumented() {
        let frame = Frame(kind: 9, id: 0x0403_0201, payload: [0xAA])
        #expect(frame.encoded == [7, 0, 0, 0, agentProtocolVersion, 9, 1, 2, 3, 4, 0xAA])
    }

    @Test func impossibleLengthsAreRefusedAtOnce() {
        for length in [0, 5, UInt32(Frame.maximumPayload) + 7, .max] {
            var parser = FrameParser()
            parser.append(withUnsafeBytes(of: length.littleEndian) { Array($0) })
            #expect(throws: ProtocolError.length(length)) { try parser.next() }
        }
    }

    @Test func anotherVersionIsRefusedAtOnce() {
        var parser = FrameParser()
        parser.append([200, 0, 0, 0, agentProtocolVersion + 1])
        #expect(throws: ProtocolError.version(agentProtocolVersion + 1)) { try parser.next() }
    }

    @Test func directionsAreSeparate() throws {
        #expect(throws: ProtocolError.kind(129)) { try Request(Reply.hello(Samples.hello).frame(id: 0)) }
        #expect(throws: ProtocolError.kind(1)) { try Reply(Request.hello.frame(id: 0)) }
    }

    @Test func fieldsOutsideTheirRangeAreRefused() {
        let bad: [(Request, String)] = [
            (.run(Command([]), inputLength: 0, streams: false), "argument list"),
            (.run(Command([""]), inputLength: 0, streams: false), "argument list"),
            (.run(Command(["a\0b"]), inputLength: 0, streams: false), "argument"),
            (.run(Command(["a"], environment: ["A=\0"]), inputLength: 0, streams: false), "environment"),
            (.run(Command(["a"], umask: 0o1000), inputLength: 0, streams: false), "umask"),
            (.run(Command(["a"], outputLimit: .max), inputLength: 0, streams: false), "output limit"),
            (.get(path: "/a\0", limit: 1), "path"),
            (.probe(.tcp(port: 0), bytes: [], limit: 1), "port"),
        ]
        for (request, field) in bad {
            #expect(throws: ProtocolError.field(field)) { try request.frame(id: 1) }
        }
        let received: [(Request, String)] = [
            (.signal(SpawnedProcess(handle: 1), number: 0), "signal"),
            (.signal(SpawnedProcess(handle: 1), number: 65), "signal"),
            (.put(path: "/a", mode: 0o10000, length: 1), "mode"),
            (.get(path: "/a", limit: .max), "limit"),
            (.spawn(Command(["a"]), inputLength: .max), "input length"),
        ]
        for (request, field) in received {
            #expect(throws: ProtocolError.field(field)) { try Request(request.frame(id: 1)) }
        }
    }

    @Test func whatDoesNotFitIsRefusedByTheSender() {
        let long = Command(["a", String(repeating: "x", count: Frame.maximumPayload)])
        #expect(throws: ProtocolError.tooLarge("request 'run'")) {
            try Request.run(long, inputLength: 0, streams: false).frame(id: 1)
        }
        #expect(throws: ProtocolError.tooLarge("reply 'data'")) {
            try Reply.data([UInt8](repeating: 0, count: Frame.maximumPayload + 1)).frame(id: 1)
        }
    }

    @Test func queueDrainsInOrderWhateverIsTaken() throws {
        var queue = FrameQueue()
        var sent: [UInt8] = []
        var expected: [UInt8] = []
        for (round, frame) in try Samples.frames().enumerated() {
            queue.append(frame)
            expected += frame.encoded
            var left = round * 1000
            queue.drain { bytes in
                let taken = min(left, bytes.count)
                sent += bytes.prefix(taken)
                left -= taken
                return taken
            }
        }
        queue.drain { bytes in
            sent += bytes
            return bytes.count
        }
        #expect(sent == expected)
        #expect(queue.isEmpty)
    }
}
