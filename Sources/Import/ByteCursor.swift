import Results

/// Goes through the bytes of a file and counts its lines.
struct ByteCursor {
    private let bytes: [UInt8]
    /// The file, for messages.
    let file: String
    /// Place of the next byte.
    private(set) var index = 0
    /// Line of the next byte, from 1.
    private(set) var line = 1

    /// Begins behind the byte order mark, if there is one.
    init(_ bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    /// The next byte; nil at the end.
    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// Whether nothing follows.
    var isAtEnd: Bool { index >= bytes.count }

    /// What comes next, for messages.
    var found: String {
        guard let next else { return "the end of the file" }
        return (0x21...0x7E).contains(next) ? "'\(Character(Unicode.Scalar(next)))'" : "byte \(next)"
    }

    /// Goes on by some bytes, at most to the end.
    mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where index < bytes.count {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            index += 1
        }
    }

    /// Goes on while the bytes are of a kind; they are returned.
    @discardableResult
    mutating func advance(while isWanted: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = index
        while index < bytes.count, isWanted(bytes[index]) {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            index += 1
        }
        return bytes[start..<index]
    }

    /// Goes on behind spaces, tabs and line ends.
    mutating func skipBlanks() {
        advance(while: Self.isBlank)
    }

    /// Goes to the next line.
    mutating func skipLine() {
        advance { $0 != UInt8(ascii: "\n") }
        advance()
    }

    /// Whether these bytes come next.
    func isAt(_ text: String) -> Bool {
        var place = index
        for byte in text.utf8 {
            guard place < bytes.count, bytes[place] == byte else { return false }
            place += 1
        }
        return true
    }

    /// Goes on behind a text if it comes next.
    mutating func take(_ text: String) -> Bool {
        guard isAt(text) else { return false }
        advance(text.utf8.count)
        return true
    }

    /// Goes on to a text and behind it; what was before it is returned, or nil, at the end, where it does not come.
    mutating func advance(past text: String) -> ArraySlice<UInt8>? {
        let start = index
        while !isAtEnd {
            if isAt(text) {
                defer { advance(text.utf8.count) }
                return bytes[start..<index]
            }
            advance()
        }
        return nil
    }

    /// An error at this line, or at another.
    func error(_ detail: String, line: Int? = nil, nextStep: String = ImportError.exportAgain) -> ImportError {
        ImportError(subject: "\(file):\(line ?? self.line)", detail: detail, nextStep: nextStep)
    }

    /// Bytes as text.
    /// - Throws: ``ImportError`` where they are not UTF-8.
    func text(_ bytes: some Sequence<UInt8>) throws(ImportError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error("expected text in UTF-8 and found other bytes")
        }
        return text
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\t")
    }
}
