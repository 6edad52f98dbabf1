/// What benchrun asks of an agent. Each request has an id of its own; its replies carry the same.
public enum Request: Sendable, Equatable {
    /// Greet again: shows that the agent still answers.
    case hello
    /// What the instance really got.
    case facts
    /// Execute a command and reply when it has ended. Its `input` is not in the frame: `inputLength` bytes of it
    /// follow in ``data(_:)`` frames. With `streams`, standard output is sent as it arrives, else after the end.
    case run(Command, inputLength: UInt32, streams: Bool)
    /// Start a command and reply once it executes. Its input follows as for ``run(_:inputLength:streams:)``.
    /// When it has ended, what is left of its process group is ended too, as after ``run(_:inputLength:streams:)``.
    case spawn(Command, inputLength: UInt32)
    /// More of the input or file that the request of this id announced.
    case data([UInt8])
    /// Send a signal to the group of a spawned process.
    case signal(SpawnedProcess, number: Int32)
    /// Reply when a spawned process has ended, and forget it.
    case wait(SpawnedProcess)
    /// Write a file of `length` bytes, which follow in ``data(_:)`` frames.
    case put(path: String, mode: UInt32, length: UInt64)
    /// Read a file, at most `limit` bytes.
    case get(path: String, limit: UInt32)
    /// Connect, send and wait for the first byte, again and again within `limit` nanoseconds.
    case probe(Endpoint, bytes: [UInt8], limit: UInt64)
    /// Cumulative counters of the instance.
    case counters
    /// Empty a directory and sync its file system.
    case clearAndSync(path: String)
    /// Step the wall clock of a guest of its own to this CLOCK_REALTIME, in nanoseconds: it stood while paused.
    case setClock(realtime: UInt64)
    /// What CLOCK_MONOTONIC_RAW of the instance's kernel shows.
    case clock
    /// End. As pid 1 of a guest: power it off.
    case shutdown
    /// The host gave the request of this id up: end what it started. There is no reply.
    case cancel

    /// The most standard input a command may have, in bytes.
    public static let maximumInput: UInt32 = 16 << 20
    /// The most output of each stream that may be kept, in bytes.
    public static let maximumOutput: UInt32 = 64 << 20

    private enum Kind: UInt8 {
        case hello = 1
        case facts, run, spawn, data, signal, wait, put, get, probe, counters, clearAndSync, setClock, shutdown, cancel,
            clock
    }

    /// Encodes the request.
    /// - Throws: ``ProtocolError`` when it does not fit into one frame or holds a NUL where a C string is meant.
    public func frame(id: UInt32) throws(ProtocolError) -> Frame {
        var writer = ByteWriter()
        let kind: Kind
        switch self {
        case .hello: kind = .hello
        case .facts: kind = .facts
        case .run(let command, let inputLength, let streams):
            kind = .run
            try command.encode(into: &writer)
            writer.write(inputLength)
            writer.write(streams)
        case .spawn(let command, let inputLength):
            kind = .spawn
            try command.encode(into: &writer)
            writer.write(inputLength)
        case .data(let bytes):
            kind = .data
            writer.append(bytes)
        case .signal(let process, let number):
            kind = .signal
            writer.write(process.handle)
            writer.write(number)
        case .wait(let process):
            kind = .wait
            writer.write(process.handle)
        case .put(let path, let mode, let length):
            kind = .put
            try writer.write(path: path, "path")
            writer.write(mode)
            writer.write(length)
        case .get(let path, let limit):
            kind = .get
            try writer.write(path: path, "path")
            writer.write(limit)
        case .probe(let endpoint, let bytes, let limit):
            kind = .probe
            try endpoint.encode(into: &writer)
            writer.write(counted: bytes)
            writer.write(limit)
        case .counters: kind = .counters
        case .clearAndSync(let path):
            kind = .clearAndSync
            try writer.write(path: path, "path")
        case .setClock(let realtime):
            kind = .setClock
            writer.write(realtime)
        case .clock: kind = .clock
        case .shutdown: kind = .shutdown
        case .cancel: kind = .cancel
        }
        guard writer.bytes.count <= Frame.maximumPayload else { throw .tooLarge("request '\(kind)'") }
        return Frame(kind: kind.rawValue, id: id, payload: writer.bytes)
    }

    /// Decodes a request.
    /// - Throws: ``ProtocolError`` for whatever ``frame(id:)`` would not have made.
    public init(_ frame: Frame) throws(ProtocolError) {
        guard let kind = Kind(rawValue: frame.kind) else { throw .kind(frame.kind) }
        var reader = ByteReader(frame.payload[...])
        switch kind {
        case .hello: self = .hello
        case .facts: self = .facts
        case .run:
            let command = try Command(from: &reader)
            self = .run(command, inputLength: try Self.inputLength(&reader), streams: try reader.readBool("streams"))
        case .spawn:
            let command = try Command(from: &reader)
            self = .spawn(command, inputLength: try Self.inputLength(&reader))
        case .data: self = .data(reader.readRest())
        case .signal:
            let process = SpawnedProcess(handle: try reader.readUInt32())
            let number = try reader.readInt32()
            guard (1...64).contains(number) else { throw .field("signal") }
            self = .signal(process, number: number)
        case .wait: self = .wait(SpawnedProcess(handle: try reader.readUInt32()))
        case .put:
            let path = try reader.readPath("path")
            let mode = try reader.readUInt32()
            guard mode <= 0o7777 else { throw .field("mode") }
            self = .put(path: path, mode: mode, length: try reader.readUInt64())
        case .get:
            let path = try reader.readPath("path")
            let limit = try reader.readUInt32()
            guard limit <= Self.maximumOutput else { throw .field("limit") }
            self = .get(path: path, limit: limit)
        case .probe:
            let endpoint = try Endpoint(from: &reader)
            let bytes = try reader.readBytes()
            self = .probe(endpoint, bytes: bytes, limit: try reader.readUInt64())
        case .counters: self = .counters
        case .clearAndSync: self = .clearAndSync(path: try reader.readPath("path"))
        case .setClock: self = .setClock(realtime: try reader.readUInt64())
        case .clock: self = .clock
        case .shutdown: self = .shutdown
        case .cancel: self = .cancel
        }
        try reader.finish()
    }

    private static func inputLength(_ reader: inout ByteReader) throws(ProtocolError) -> UInt32 {
        let length = try reader.readUInt32()
        guard length <= maximumInput else { throw .field("input length") }
        return length
    }
}
