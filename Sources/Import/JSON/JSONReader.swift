import Results

/// Reads JSON with the line of each value. Foundation's readers do not tell where a value is, and refuse a whole
/// document for one `nan` that nobody asks for; fio, Python and google/benchmark write such.
struct JSONReader {
    /// Deeper nesting is refused: the readers' own stack is finite, and no tool comes near.
    static let deepest = 128

    private var cursor: ByteCursor

    /// Begins at the cursor.
    init(_ cursor: ByteCursor) {
        self.cursor = cursor
    }

    /// The only document of a file.
    static func document(_ bytes: [UInt8], file: String) throws(ImportError) -> JSONPlace {
        var reader = JSONReader(ByteCursor(bytes, file: file))
        guard let document = try reader.next() else {
            throw reader.cursor.error("expected a JSON document and found nothing")
        }
        guard reader.isAtEnd else {
            throw reader.cursor.error("expected the end of the file and found \(reader.cursor.found)")
        }
        return document
    }

    /// The next document; nil where only blanks follow.
    mutating func next() throws(ImportError) -> JSONPlace? {
        guard !isAtEnd else { return nil }
        return JSONPlace(node: try value(depth: 0), path: "", file: cursor.file)
    }

    /// What follows the documents read so far.
    var rest: ByteCursor { cursor }

    /// Whether only blanks follow.
    private var isAtEnd: Bool {
        mutating get {
            cursor.skipBlanks()
            return cursor.isAtEnd
        }
    }

    private mutating func value(depth: Int) throws(ImportError) -> JSONNode {
        cursor.skipBlanks()
        guard depth < Self.deepest else {
            throw cursor.error("expected at most \(Self.deepest) levels of lists and objects and found more")
        }
        let line = cursor.line
        let content: JSONNode.Content =
            switch cursor.next {
            case UInt8(ascii: "{"): .object(try object(depth: depth))
            case UInt8(ascii: "["): .list(try list(depth: depth))
            case UInt8(ascii: "\""): .text(try text())
            default: try word()
            }
        return JSONNode(content: content, line: line)
    }

    private mutating func object(depth: Int) throws(ImportError) -> JSONMembers {
        cursor.advance()
        var members = JSONMembers()
        cursor.skipBlanks()
        if cursor.take("}") { return members }
        while true {
            cursor.skipBlanks()
            guard cursor.next == UInt8(ascii: "\"") else {
                throw cursor.error("expected a member's name in quotation marks and found \(cursor.found)")
            }
            let name = try text()
            cursor.skipBlanks()
            guard cursor.take(":") else {
                throw cursor.error("expected ':' behind '\(Printable.line(name, limit: 40))' and found \(cursor.found)")
            }
            members.add(name, try value(depth: depth + 1))
            cursor.skipBlanks()
            if cursor.take("}") { return members }
            guard cursor.take(",") else { throw cursor.error("expected ',' or '}' and found \(cursor.found)") }
        }
    }

    private mutating func list(depth: Int) throws(ImportError) -> [JSONNode] {
        cursor.advance()
        var nodes: [JSONNode] = []
        cursor.skipBlanks()
        if cursor.take("]") { return nodes }
        while true {
            nodes.append(try value(depth: depth + 1))
            cursor.skipBlanks()
            if cursor.take("]") { return nodes }
            guard cursor.take(",") else { throw cursor.error("expected ',' or ']' and found \(cursor.found)") }
        }
    }

    /// `true`, `false`, `null`, and numbers.
    private mutating func word() throws(ImportError) -> JSONNode.Content {
        let found = cursor.found
        let bytes = cursor.advance { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        let word = String(decoding: bytes, as: UTF8.self)
        switch word {
        case "": throw cursor.error("expected a value and found \(found)")
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        default: break
        }
        let unsigned = word.hasPrefix("-") ? word.dropFirst() : word[...]
        if ["nan", "inf", "infinity"].contains(unsigned.lowercased()) { return .notFinite(word) }
        switch Numeral(word) {
        case .finite(let number): return .number(number)
        case .outOfRange: return .notFinite(Printable.line(word, limit: 40))
        case .none: throw cursor.error("expected a value and found '\(Printable.line(word, limit: 40))'")
        }
    }

    private mutating func text() throws(ImportError) -> String {
        let line = cursor.line
        cursor.advance()
        var bytes: [UInt8] = []
        while true {
            bytes += cursor.advance { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            switch cursor.next {
            case UInt8(ascii: "\""):
                cursor.advance()
                return try cursor.text(bytes)
            case UInt8(ascii: "\\"):
                cursor.advance()
                bytes += try escape().utf8
            case nil:
                throw cursor.error("expected '\"' at the end of a text and found the end of the file", line: line)
            default:
                throw cursor.error("expected '\"' at the end of a text and found \(cursor.found)")
            }
        }
    }

    private mutating func escape() throws(ImportError) -> String {
        let kind = cursor.next
        let found = cursor.found
        cursor.advance()
        switch kind {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try codePoint()
        default: throw cursor.error("expected a letter of an escape behind '\\' and found \(found)")
        }
    }

    /// `\u00e4`, or a pair of surrogates; a single surrogate is U+FFFD, the character for what is none.
    private mutating func codePoint() throws(ImportError) -> String {
        let first = try fourDigits()
        if (0xD800..<0xDC00).contains(first), cursor.isAt("\\u") {
            cursor.advance(2)
            let second = try fourDigits()
            if (0xDC00..<0xE000).contains(second) {
                let code = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
                return Unicode.Scalar(code).map { String(Character($0)) } ?? "\u{FFFD}"
            }
            return "\u{FFFD}" + (Unicode.Scalar(second).map { String(Character($0)) } ?? "\u{FFFD}")
        }
        return Unicode.Scalar(first).map { String(Character($0)) } ?? "\u{FFFD}"
    }

    private mutating func fourDigits() throws(ImportError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = cursor.next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw cursor.error("expected four hexadecimal digits behind '\\u' and found \(cursor.found)")
            }
            code = code << 4 + UInt32(digit)
            cursor.advance()
        }
        return code
    }
}
