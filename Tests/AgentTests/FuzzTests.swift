import AgentProtocol
import Testing

/// SplitMix64: a fixed seed gives the same mutations everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// No bytes whatever make the decoders trap, and what they accept has one meaning.
@Suite struct FuzzTests {
    /// The small samples: the large one would only make this slow.
    private func corpus() throws -> [[UInt8]] {
        try Samples.frames().map(\.encoded).filter { $0.count < 4096 }
    }

    private func mutate(_ bytes: [UInt8], with random: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeSubrange(place...)
            case 3: bytes.insert(contentsOf: (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }, at: place)
            case 4: bytes += bytes[place...]
            case 5 where place + 4 <= bytes.count:
                // Counts and lengths are where decoders fail.
                let number = [0, 1, 255, 65536, UInt32(Int32.max), .max].randomElement(using: &random) ?? 0
                withUnsafeBytes(of: number.littleEndian) { bytes.replaceSubrange(place..<place + 4, with: $0) }
            default: break
            }
        }
        return bytes
    }

    /// Feeds bytes in pieces; returns the number of frames, and checks each that decodes.
    private func decode(_ bytes: [UInt8], with random: inout SplitMix) throws -> Int {
        var parser = FrameParser()
        var rest = bytes[...]
        var count = 0
        do {
            while !rest.isEmpty {
                let size = min(rest.count, Int.random(in: 1...256, using: &random))
                parser.append(rest.prefix(size))
                rest = rest.dropFirst(size)
                while let frame = try parser.next() {
                    count += 1
                    if let request = try? Request(frame), try request.frame(id: frame.id) != frame {
                        Issue.record("\(request) has two encodings")
                    }
                    if let reply = try? Reply(frame), try Reply(reply.frame(id: frame.id)) != reply {
                        Issue.record("\(reply) does not survive")
                    }
                }
                if parser.pending > Frame.maximumPayload + 10 { Issue.record("the parser holds too much") }
            }
        } catch {
            // An error ends the stream, as it should.
            return count
        }
        return count
    }

    @Test(arguments: 0..<10)
    func mutatedFrames(seed: UInt64) async throws {
        let corpus = try corpus()
        var random = SplitMix(state: seed)
        var frames = 0
        for round in 0..<3000 {
            // Other tests share the two threads of a small machine.
            if round % 50 == 0 { await Task.yield() }
            let bytes = mutate(corpus.randomElement(using: &random) ?? [], with: &random)
            frames += try decode(bytes, with: &random)
        }
        // If nothing came through, only the length check would have been tried.
        #expect(frames > 1000)
    }

    @Test(arguments: 0..<2)
    func randomPayloads(seed: UInt64) async throws {
        var random = SplitMix(state: 1 << 32 | seed)
        for round in 0..<1000 {
            if round % 20 == 0 { await Task.yield() }
            let size = Int.random(in: 0...96, using: &random)
            // Small values make plausible counts.
            let payload = (0..<size).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...3, using: &random) : .random(in: 0...255, using: &random)
            }
            for kind in UInt8(0)...UInt8(17) {
                _ = try? Request(Frame(kind: kind, id: 1, payload: payload))
                _ = try? Reply(Frame(kind: kind + 128, id: 1, payload: payload))
            }
        }
    }

    @Test func everyTruncationIsAnError() throws {
        for request in Samples.requests {
            let frame = try request.frame(id: 1)
            // These take whatever is there.
            if case .data = request { continue }
            for length in 0..<frame.payload.count {
                let short = Frame(kind: frame.kind, id: 1, payload: Array(frame.payload.prefix(length)))
                #expect(throws: ProtocolError.self) { try Request(short) }
            }
            let long = Frame(kind: frame.kind, id: 1, payload: frame.payload + [0])
            #expect(throws: ProtocolError.self) { try Request(long) }
        }
        for reply in Samples.replies {
            let frame = try reply.frame(id: 1)
            if case .data = reply { continue }
            if case .output = reply { continue }
            for length in 0..<frame.payload.count {
                let short = Frame(kind: frame.kind, id: 1, payload: Array(frame.payload.prefix(length)))
                #expect(throws: ProtocolError.self) { try Reply(short) }
            }
        }
    }
}
