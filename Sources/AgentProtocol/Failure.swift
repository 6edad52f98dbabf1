/// Why an agent did not do what it was asked.
public struct Failure: Error, Sendable, Equatable {
    /// What kind of failure it was.
    public enum Kind: UInt8, Sendable {
        /// It cannot be done; trying again will not help.
        case refused = 1
        /// The time given for it passed.
        case deadline = 2
    }

    /// The kind of failure.
    public var kind: Kind
    /// What it concerns: a program, a path, a handle.
    public var subject: String
    /// What happened, with the system's own words for an errno.
    public var detail: String

    /// Creates a failure.
    public init(_ kind: Kind = .refused, subject: String, detail: String) {
        self.kind = kind
        self.subject = subject
        self.detail = detail
    }

    func encode(into writer: inout ByteWriter) {
        writer.write(kind.rawValue)
        writer.write(subject)
        writer.write(detail)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        guard let kind = Kind(rawValue: try reader.readUInt8()) else { throw .field("failure") }
        self.kind = kind
        subject = try reader.readText("subject")
        detail = try reader.readText("detail")
    }
}
