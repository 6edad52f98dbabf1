import Glibc

/// Splits the bytes of a CSV file into records and fields, in memory that does not grow with the file.
///
/// RFC 4180, with `\n` or `\r\n` at line ends, an optional UTF-8 byte order mark, and blank lines ignored.
package struct CSVScanner: ~Copyable {
    /// What was found.
    package enum Step {
        /// A whole record; its fields can be read until the next step.
        case record
        /// The file ended without a line break after this record, which may be incomplete.
        case unterminated
        /// Nothing follows.
        case end
    }

    /// A longer record is refused: an opening quotation mark that is never closed would swallow the file.
    static let longestRecord = 1 << 20

    private struct Field {
        var start: Int
        var end: Int
        var hasEscapes: Bool
    }

    private let path: String
    /// Where more bytes come from; nil where all are in the buffer.
    private let file: FileDescriptor?
    private var buffer: UnsafeMutableRawBufferPointer
    private var position = 0
    private var filled = 0
    private var bufferOffset = 0
    private var isAtEnd = false
    private var nextLine = 1
    private var fields: [Field] = []

    /// The line on which the current record begins, from 1.
    package private(set) var line = 1
    /// Where in the file the current record begins.
    private(set) var recordStart = 0
    /// Where in the file the record after the current one begins.
    var recordEnd: Int { bufferOffset + position }
    /// Number of fields of the current record.
    package var count: Int { fields.count }

    /// Opens a file.
    init(path: String, nextStep: String? = nil) throws(ResultsError) {
        file = try FileDescriptor(path, flags: O_RDONLY, nextStep: nextStep)
        self.path = path
        buffer = .allocate(byteCount: 1 << 18, alignment: 16)
    }

    /// Takes the bytes of a file that was read already; the path is for messages.
    package init(bytes: [UInt8], path: String) {
        file = nil
        self.path = path
        buffer = .allocate(byteCount: bytes.count, alignment: 16)
        buffer.copyBytes(from: bytes)
        filled = bytes.count
        isAtEnd = true
    }

    deinit {
        buffer.deallocate()
    }

    /// Goes to the next record.
    /// - Throws: ``ResultsError`` naming file and line where quotation marks are misplaced or a record is too long.
    package mutating func next() throws(ResultsError) -> Step {
        if recordEnd == 0 { try skipByteOrderMark() }
        while true {
            line = nextLine
            recordStart = bufferOffset + position
            let complete = try scan()
            if complete {
                if fields.count == 1, fields[0].start == fields[0].end, !fields[0].hasEscapes { continue }
                return .record
            }
            if isAtEnd {
                if position == filled { return .end }
                position = filled
                return .unterminated
            }
            try fill()
        }
    }

    /// The bytes of a field; of one with doubled quotation marks, a copy without them.
    func withBytes<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let field = fields[index]
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[field.start..<field.end])
        guard field.hasEscapes else { return body(bytes) }
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            plain.append(bytes[index])
            index += bytes[index] == SampleEncoder.quotationMark ? 2 : 1
        }
        return plain.withUnsafeBytes(body)
    }

    /// The text of a field; nil where it is not UTF-8.
    package func text(_ index: Int) -> String? {
        withBytes(index) { String(validating: $0, as: UTF8.self) }
    }

    /// Finds the fields of the record at `position`; false where the buffer ends first.
    private mutating func scan() throws(ResultsError) -> Bool {
        fields.removeAll(keepingCapacity: true)
        guard let base = buffer.baseAddress else { return false }
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        var index = position
        var lineBreaks = 0
        while true {
            guard index < filled else { return false }
            var field = Field(start: index, end: index, hasEscapes: false)
            if bytes[index] == SampleEncoder.quotationMark {
                index += 1
                field.start = index
                var isOpen = true
                while isOpen {
                    guard index < filled else { return false }
                    let byte = bytes[index]
                    index += 1
                    if byte == SampleEncoder.lineFeed { lineBreaks += 1 }
                    guard byte == SampleEncoder.quotationMark else { continue }
                    guard index < filled else { return false }
                    if bytes[index] == SampleEncoder.quotationMark {
                        field.hasEscapes = true
                        index += 1
                    } else {
                        isOpen = false
                    }
                }
                field.end = index - 1
                if bytes[index] == SampleEncoder.carriageReturn {
                    index += 1
                    guard index < filled else { return false }
                    guard bytes[index] == SampleEncoder.lineFeed else { throw misplacedQuote() }
                }
                guard bytes[index] == SampleEncoder.comma || bytes[index] == SampleEncoder.lineFeed else {
                    throw misplacedQuote()
                }
            } else {
                while index < filled, bytes[index] != SampleEncoder.comma, bytes[index] != SampleEncoder.lineFeed {
                    guard bytes[index] != SampleEncoder.quotationMark else { throw misplacedQuote() }
                    index += 1
                }
                guard index < filled else { return false }
                field.end = index
                if bytes[index] == SampleEncoder.lineFeed, index > field.start,
                    bytes[index - 1] == SampleEncoder.carriageReturn
                {
                    field.end = index - 1
                }
            }
            fields.append(field)
            index += 1
            if bytes[index - 1] == SampleEncoder.lineFeed {
                position = index
                nextLine += lineBreaks + 1
                return true
            }
        }
    }

    private mutating func skipByteOrderMark() throws(ResultsError) {
        while filled < 3, !isAtEnd { try fill() }
        if filled >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { position = 3 }
    }

    /// Reads more behind what is there, after moving the current record to the front.
    private mutating func fill() throws(ResultsError) {
        let remaining = filled - position
        if position > 0, let base = buffer.baseAddress {
            memmove(base, base + position, remaining)
            bufferOffset += position
            position = 0
            filled = remaining
        }
        if filled == buffer.count {
            guard buffer.count <= Self.longestRecord else {
                throw ResultsError(
                    subject: "\(path):\(nextLine)",
                    detail: "the line is longer than 1 MiB",
                    nextStep: "look for a quotation mark that is never closed"
                )
            }
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
            buffer.deallocate()
            buffer = larger
        }
        let count = try file?.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])) ?? 0
        filled += count
        isAtEnd = count == 0
    }

    private func misplacedQuote() -> ResultsError {
        ResultsError(
            subject: "\(path):\(line)",
            detail: "a quotation mark is misplaced",
            nextStep: "quote the whole field and double the quotation marks inside it"
        )
    }
}
