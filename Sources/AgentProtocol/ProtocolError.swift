/// Bytes, or a value to be sent, that the protocol does not allow.
public enum ProtocolError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A frame of another version of the protocol.
    case version(UInt8)
    /// A frame whose length field is outside the permitted range.
    case length(UInt32)
    /// A kind of frame that does not exist, or does not go in this direction.
    case kind(UInt8)
    /// A payload that ends before its fields do.
    case truncated
    /// A payload with this many bytes after its last field.
    case trailing(Int)
    /// A field outside its range, by name.
    case field(String)
    /// A message that would not fit into one frame, by name.
    case tooLarge(String)

    /// One line for people.
    public var description: String {
        switch self {
        case .version(let version):
            "a frame of protocol version \(version), not \(agentProtocolVersion); use the agent of this build"
        case .length(let length): "a frame of impossible length \(length)"
        case .kind(let kind): "a frame of unexpected kind \(kind)"
        case .truncated: "a frame that ends too early"
        case .trailing(let count): "a frame with \(count) surplus bytes"
        case .field(let name): "a frame with an invalid \(name)"
        case .tooLarge(let name): "\(name) does not fit into a frame of \(Frame.maximumPayload) bytes"
        }
    }
}
