import Results

/// Reads the XML that result files consist of: elements, text, CDATA, comments; UTF-8, without a document type.
///
/// Foundation's parser tells no lines once it is decoded, expands entities that a file declares, and traps on some
/// broken documents, so that it is not used on files from anywhere.
struct XMLReader {
    /// Deeper nesting is refused: the readers' own stack is finite, and no tool comes near.
    static let deepest = 64

    private var cursor: ByteCursor

    /// The root element of a file.
    static func document(_ bytes: [UInt8], file: String) throws(ImportError) -> XMLTree {
        var reader = XMLReader(cursor: ByteCursor(bytes, file: file))
        try reader.skipMisc()
        guard reader.cursor.next == UInt8(ascii: "<") else {
            throw reader.cursor.error("expected an XML element and found \(reader.cursor.found)")
        }
        let root = try reader.element(depth: 0)
        try reader.skipMisc()
        guard reader.cursor.isAtEnd else {
            throw reader.cursor.error("expected the end of the file and found \(reader.cursor.found)")
        }
        return root
    }

    /// Skips blanks, comments and instructions.
    private mutating func skipMisc() throws(ImportError) {
        while true {
            cursor.skipBlanks()
            if cursor.isAt("<!DOCTYPE") {
                throw cursor.error("expected a document without '<!DOCTYPE' and found one")
            }
            guard try skipMarkup() else { return }
        }
    }

    /// Skips one comment or instruction; false where none comes next.
    private mutating func skipMarkup() throws(ImportError) -> Bool {
        let line = cursor.line
        for (opening, closing) in [("<!--", "-->"), ("<?", "?>")] where cursor.take(opening) {
            guard cursor.advance(past: closing) != nil else {
                throw cursor.error(
                    "expected '\(closing)' behind '\(opening)' and found the end of the file",
                    line: line
                )
            }
            return true
        }
        return false
    }

    private mutating func element(depth: Int) throws(ImportError) -> XMLTree {
        guard depth < Self.deepest else {
            throw cursor.error("expected at most \(Self.deepest) levels of elements and found more")
        }
        var tree = XMLTree(name: "", line: cursor.line)
        cursor.advance()
        tree.name = try name("an element's name")
        guard try !skipAttributes(of: tree.name) else { return tree }
        var text: [UInt8] = []
        while true {
            text += cursor.advance { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: "&") }
            if try skipMarkup() { continue }
            if cursor.take("<![CDATA[") {
                guard let raw = cursor.advance(past: "]]>") else {
                    throw cursor.error("expected ']]>' behind '<![CDATA[' and found the end of the file")
                }
                text += raw
            } else if cursor.take("</") {
                try close(tree)
                tree.text = try cursor.text(text)
                return tree
            } else if cursor.take("&") {
                text += try reference().utf8
            } else if cursor.isAtEnd {
                throw cursor.error(
                    "expected '</\(tree.name)>' for line \(tree.line) and found the end of the file: it was cut off"
                )
            } else {
                tree.children.append(try element(depth: depth + 1))
            }
        }
    }

    private mutating func close(_ tree: XMLTree) throws(ImportError) {
        let line = cursor.line
        let name = try name("an element's name")
        guard name == tree.name else {
            throw cursor.error(
                "expected '</\(tree.name)>' for line \(tree.line) and found '</\(name)>'",
                line: line
            )
        }
        cursor.skipBlanks()
        guard cursor.take(">") else { throw cursor.error("expected '>' and found \(cursor.found)") }
    }

    /// Goes behind the tag's end; true where the element has ended with it.
    private mutating func skipAttributes(of element: String) throws(ImportError) -> Bool {
        while true {
            cursor.skipBlanks()
            if cursor.take("/>") { return true }
            if cursor.take(">") { return false }
            _ = try name("'>' or an attribute of '\(element)'")
            cursor.skipBlanks()
            guard cursor.take("=") else { throw cursor.error("expected '=' and found \(cursor.found)") }
            cursor.skipBlanks()
            let mark = cursor.found
            guard let quote = cursor.next, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
                throw cursor.error("expected a quotation mark and found \(mark)")
            }
            cursor.advance()
            cursor.advance { $0 != quote }
            guard cursor.next == quote else {
                throw cursor.error("expected \(mark) at an attribute's end and found the end of the file")
            }
            cursor.advance()
        }
    }

    private mutating func name(_ what: String) throws(ImportError) -> String {
        let found = cursor.found
        let bytes = cursor.advance { byte in
            !ByteCursor.isBlank(byte) && byte >= 0x20 && !"<>/=&'\"!?".utf8.contains(byte)
        }
        guard !bytes.isEmpty, bytes.count <= 100 else { throw cursor.error("expected \(what) and found \(found)") }
        return ForeignName.clean(try cursor.text(bytes))
    }

    /// `&amp;` and its like, behind the `&`.
    private mutating func reference() throws(ImportError) -> String {
        let body = cursor.advance { $0 != UInt8(ascii: ";") && $0 > 0x20 && $0 < 0x7F }
        let name = String(decoding: body.prefix(20), as: UTF8.self)
        guard cursor.take(";"), body.count <= 20 else {
            throw cursor.error("expected ';' behind '&\(Printable.line(name, limit: 20))' and found \(cursor.found)")
        }
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        let digits = name.hasPrefix("#x") ? name.dropFirst(2) : name.hasPrefix("#") ? name.dropFirst() : ""
        guard let code = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10), let scalar = Unicode.Scalar(code) else {
            throw cursor.error("expected a character and found '&\(name);', which is none that XML knows by itself")
        }
        return String(Character(scalar))
    }
}
