/// One field of a CSV line, quoted where RFC 4180 asks for it.
enum CSVField {
    /// Appends a text to a line.
    static func append(_ text: String, to line: inout [UInt8]) {
        let needsQuotes = text.utf8.contains { byte in
            byte == SampleEncoder.comma || byte == SampleEncoder.quotationMark || byte == SampleEncoder.lineFeed
                || byte == SampleEncoder.carriageReturn
        }
        guard needsQuotes else {
            line.append(contentsOf: text.utf8)
            return
        }
        line.append(SampleEncoder.quotationMark)
        for byte in text.utf8 {
            if byte == SampleEncoder.quotationMark { line.append(byte) }
            line.append(byte)
        }
        line.append(SampleEncoder.quotationMark)
    }
}
