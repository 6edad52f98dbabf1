/// Text written as YAML scalars that read back as the same text, whatever is in it.
enum YAMLText {
    /// Plain where nobody can take it for anything else, single-quoted where all of it can be shown, else double-quoted.
    static func scalar(_ text: String) -> String {
        if isPlain(text) { return text }
        // Scalar by scalar: a quote with a combining mark is one Character, and none of them is '"' or "'".
        let scalars = text.unicodeScalars
        if scalars.allSatisfy(isShown) {
            return quoted(scalars.flatMap { $0 == "'" ? ["'", "'"] : [$0] }, by: "'")
        }
        return quoted(scalars.flatMap(escaped), by: "\"")
    }

    /// `key: []`, or the key and an item a line.
    static func list(_ key: String, _ items: [String]) -> String {
        items.isEmpty ? "\(key): []" : ([key + ":"] + items.map { "  - \(scalar($0))" }).joined(separator: "\n")
    }

    /// Words that YAML readers take for something else than text.
    private static let words: Set = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

    private static func isPlain(_ text: String) -> Bool {
        let start = text.utf8.drop { $0 == UInt8(ascii: "-") }
        guard let first = start.first, isLetter(first) || first == UInt8(ascii: "/") else { return false }
        return text.utf8.allSatisfy { isLetter($0) || "0123456789-_./=+%@".utf8.contains($0) }
            && !words.contains(text.lowercased())
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// Whether a scalar can be shown as itself, and no reader folds it or refuses it.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        switch scalar {
        case "\"", "\\": return ["\\", scalar]
        case "\n": return ["\\", "n"]
        case "\r": return ["\\", "r"]
        case "\t": return ["\\", "t"]
        default: break
        }
        if isShown(scalar) { return [scalar] }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let (letter, width) = scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
        let padding = String(repeating: "0", count: width - digits.count)
        return Array("\\\(letter)\(padding)\(digits)".unicodeScalars)
    }

    private static func quoted(_ scalars: [Unicode.Scalar], by quote: Unicode.Scalar) -> String {
        var view = String.UnicodeScalarView()
        view.append(quote)
        view.append(contentsOf: scalars)
        view.append(quote)
        return String(view)
    }
}
