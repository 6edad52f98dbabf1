/// Cuts a stream of bytes into frames, however it arrives.
///
/// A bad length or version is reported as soon as its bytes are there, so a peer cannot make it wait for or hold
/// more than one frame. After an error the stream has no meaning any more: close it.
public struct FrameParser: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0

    /// Creates a parser at the beginning of a stream.
    public init() {}

    /// Bytes held that do not make a whole frame yet.
    public var pending: Int { buffer.count - start }

    /// Takes what was received.
    public mutating func append(_ bytes: some Collection<UInt8>) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        } else if start > Frame.chunk {
            buffer.removeSubrange(0..<start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole frame, or nil until more bytes have arrived.
    public mutating func next() throws(ProtocolError) -> Frame? {
        var head = ByteReader(buffer[start...])
        guard pending >= 4 else { return nil }
        let length = try head.readUInt32()
        guard (Frame.headLength...Frame.headLength + Frame.maximumPayload).contains(Int(length)) else {
            throw .length(length)
        }
        guard pending >= 5 else { return nil }
        let version = try head.readUInt8()
        guard version == agentProtocolVersion else { throw .version(version) }
        let end = start + 4 + Int(length)
        guard buffer.count >= end else { return nil }
        let kind = try head.readUInt8()
        let id = try head.readUInt32()
        let payload = Array(buffer[(start + 4 + Frame.headLength)..<end])
        start = end
        return Frame(kind: kind, id: id, payload: payload)
    }
}
