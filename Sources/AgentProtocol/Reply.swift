/// What an agent says.
public enum Reply: Sendable, Equatable {
    /// A standard stream of a command.
    public enum Stream: UInt8, Sendable {
        /// Standard output.
        case output = 1
        /// Standard error.
        case errorOutput = 2
    }

    /// The greeting: unasked with id 0 as the first frame, or the answer to ``Request/hello``.
    case hello(Hello)
    /// Facts by name.
    case facts([String: String])
    /// A piece of a command's output. The rest of what was kept comes before ``finished(_:)``.
    case output(Stream, [UInt8])
    /// The end of a command, with empty `output` and `errorOutput`: those came before.
    case finished(Execution)
    /// A spawned command executes.
    case spawned(SpawnedProcess)
    /// A piece of a file; ``done`` follows the last.
    case data([UInt8])
    /// A probed service answered after this many nanoseconds; or what the clock shows.
    case answered(UInt64)
    /// Counters by name.
    case counters([String: UInt64])
    /// It was done, and there is nothing to tell.
    case done
    /// It could not be done. With id 0: the agent cannot work at all, and ends.
    case failure(Failure)

    private enum Kind: UInt8 {
        case hello = 129
        case facts, output, finished, spawned, data, answered, counters, done, failure
    }

    /// Encodes the reply.
    /// - Throws: ``ProtocolError`` when it does not fit into one frame.
    public func frame(id: UInt32) throws(ProtocolError) -> Frame {
        var writer = ByteWriter()
        let kind: Kind
        switch self {
        case .hello(let hello):
            kind = .hello
            hello.encode(into: &writer)
        case .facts(let facts):
            kind = .facts
            writer.write(UInt32(truncatingIfNeeded: facts.count))
            for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
                writer.write(name)
                writer.write(value)
            }
        case .output(let stream, let bytes):
            kind = .output
            writer.write(stream.rawValue)
            writer.append(bytes)
        case .finished(let execution):
            kind = .finished
            execution.encode(into: &writer)
        case .spawned(let process):
            kind = .spawned
            writer.write(process.handle)
        case .data(let bytes):
            kind = .data
            writer.append(bytes)
        case .answered(let nanoseconds):
            kind = .answered
            writer.write(nanoseconds)
        case .counters(let counters):
            kind = .counters
            writer.write(UInt32(truncatingIfNeeded: counters.count))
            for (name, value) in counters.sorted(by: { $0.key < $1.key }) {
                writer.write(name)
                writer.write(value)
            }
        case .done: kind = .done
        case .failure(let failure):
            kind = .failure
            failure.encode(into: &writer)
        }
        guard writer.bytes.count <= Frame.maximumPayload else { throw .tooLarge("reply '\(kind)'") }
        return Frame(kind: kind.rawValue, id: id, payload: writer.bytes)
    }

    /// Decodes a reply.
    /// - Throws: ``ProtocolError`` for whatever ``frame(id:)`` would not have made.
    public init(_ frame: Frame) throws(ProtocolError) {
        guard let kind = Kind(rawValue: frame.kind) else { throw .kind(frame.kind) }
        var reader = ByteReader(frame.payload[...])
        switch kind {
        case .hello: self = .hello(try Hello(from: &reader))
        case .facts:
            var facts: [String: String] = [:]
            for _ in 0..<(try reader.readCount(each: 8)) {
                let name = try reader.readText("fact's name")
                let value = try reader.readText("fact")
                guard facts.updateValue(value, forKey: name) == nil else { throw .field("fact's name") }
            }
            self = .facts(facts)
        case .output:
            guard let stream = Stream(rawValue: try reader.readUInt8()) else { throw .field("stream") }
            self = .output(stream, reader.readRest())
        case .finished: self = .finished(try Execution(from: &reader))
        case .spawned: self = .spawned(SpawnedProcess(handle: try reader.readUInt32()))
        case .data: self = .data(reader.readRest())
        case .answered: self = .answered(try reader.readUInt64())
        case .counters:
            var counters: [String: UInt64] = [:]
            for _ in 0..<(try reader.readCount(each: 12)) {
                let name = try reader.readText("counter's name")
                let value = try reader.readUInt64()
                guard counters.updateValue(value, forKey: name) == nil else { throw .field("counter's name") }
            }
            self = .counters(counters)
        case .done: self = .done
        case .failure: self = .failure(try Failure(from: &reader))
        }
        try reader.finish()
    }
}
