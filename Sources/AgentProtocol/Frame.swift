/// One message on the wire: `u32` length of what follows, `u8` version, `u8` kind, `u32` request id, payload.
/// All numbers are little-endian.
public struct Frame: Sendable, Equatable {
    /// The greatest payload, in bytes. Whatever is longer travels in several frames.
    public static let maximumPayload = 1 << 20
    /// How many bytes of a file or of output one frame carries at most, so that other requests get their turn.
    public static let chunk = 64 << 10
    /// Version, kind and id: what the length field counts besides the payload.
    static let headLength = 6

    /// What the payload is; see ``Request`` and ``Reply``.
    public var kind: UInt8
    /// The request that this frame belongs to; 0 for what an agent says unasked.
    public var id: UInt32
    /// The encoded message.
    public var payload: [UInt8]

    /// Creates a frame; the payload must not be longer than ``maximumPayload``, or the peer refuses it.
    public init(kind: UInt8, id: UInt32, payload: [UInt8] = []) {
        self.kind = kind
        self.id = id
        self.payload = payload
    }

    /// The bytes to send.
    public var encoded: [UInt8] {
        var writer = ByteWriter(capacity: 4 + Frame.headLength + payload.count)
        writer.write(UInt32(truncatingIfNeeded: Frame.headLength + payload.count))
        writer.write(agentProtocolVersion)
        writer.write(kind)
        writer.write(id)
        writer.append(payload)
        return writer.bytes
    }
}
