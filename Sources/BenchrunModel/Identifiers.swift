/// Names one run: `20261123-224501-7f3a`, safe as a file name, a label and a control group.
public struct RunID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The text of the id.
    public let text: String

    /// Accepts lower-case letters, digits, `-`, `_` and `.`, 1 to 48 characters, beginning with a letter or digit.
    public init?(_ text: String) {
        let allowed = text.unicodeScalars.allSatisfy { scalar in
            ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "-" || scalar == "_"
                || scalar == "."
        }
        guard allowed, (1...48).contains(text.utf8.count), let first = text.first, first.isLetter || first.isNumber
        else { return nil }
        self.text = text
    }

    /// The text of the id.
    public var description: String { text }

    /// Decodes and validates an id.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = RunID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a run id: \(text)")
        }
        self = id
    }

    /// Encodes the id as a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
