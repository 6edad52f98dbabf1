/// A small CSV file of known columns, all of it in memory. Blocks.
public struct CSVTable: Sendable {
    /// The fields of each line, in the order of the columns asked for.
    public private(set) var rows: [[String]] = []

    /// Reads a file.
    /// - Throws: ``ResultsError`` where it cannot be read, a column is missing, or a line has not as many fields as the
    ///   header.
    public init(path: String, columns: [String]) throws(ResultsError) {
        var scanner = try CSVScanner(path: path)
        guard case .record = try scanner.next() else {
            throw ResultsError(subject: path, detail: "the file has no header")
        }
        let header = (0..<scanner.count).map { scanner.text($0) ?? "" }
        var places: [Int] = []
        for column in columns {
            guard let place = header.firstIndex(of: column) else {
                throw ResultsError(subject: "\(path):1", detail: "missing column '\(column)'")
            }
            places.append(place)
        }
        while case .record = try scanner.next() {
            guard scanner.count == header.count else {
                throw ResultsError(
                    subject: "\(path):\(scanner.line)",
                    detail: "\(scanner.count) fields instead of \(header.count)"
                )
            }
            rows.append(places.map { scanner.text($0) ?? "" })
        }
    }
}

/// A CSV file that is being written.
public struct CSVText: Sendable {
    /// What it holds until now.
    public private(set) var bytes: [UInt8] = []

    /// Begins with a header.
    public init(columns: [String]) {
        add(columns)
    }

    /// Adds a line.
    public mutating func add(_ fields: [String]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(SampleEncoder.comma) }
            CSVField.append(field, to: &bytes)
        }
        bytes.append(SampleEncoder.lineFeed)
    }
}
