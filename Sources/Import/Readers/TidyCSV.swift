import Results

/// A CSV file with a header, row by row; columns are found by name.
struct TidyCSV: ~Copyable {
    private let file: String
    private var scanner: CSVScanner
    private let places: [String: Int]
    private let width: Int

    /// Line of the row that was read last.
    private(set) var line = 1

    /// Reads the header.
    init(_ bytes: [UInt8], file: String) throws(ImportError) {
        // The last line of a file that a person wrote need not have an end.
        let whole = bytes.last == UInt8(ascii: "\n") ? bytes : bytes + [UInt8(ascii: "\n")]
        var scanner = CSVScanner(bytes: whole, path: file)
        guard try Self.step(&scanner, file: file) else {
            throw ImportError(subject: "\(file):1", detail: "expected a header and found an empty file")
        }
        var places: [String: Int] = [:]
        for place in 0..<scanner.count {
            guard let text = scanner.text(place) else {
                throw ImportError(
                    subject: "\(file):\(scanner.line)",
                    detail: "expected a header in UTF-8 and found other bytes"
                )
            }
            let name = ForeignName.clean(text)
            guard places.updateValue(place, forKey: name) == nil else {
                throw ImportError(
                    subject: "\(file):\(scanner.line)",
                    detail: "expected each column once and found '\(Printable.line(name, limit: 40))' twice",
                    nextStep: "remove one of them"
                )
            }
        }
        self.file = file
        self.places = places
        line = scanner.line
        width = scanner.count
        self.scanner = scanner
    }

    /// Names of the columns, sorted.
    var columns: [String] { places.keys.sorted() }

    /// Whether there is a column of a name.
    func has(_ column: String) -> Bool { places[column] != nil }

    /// Goes to the next row; false at the end.
    mutating func next() throws(ImportError) -> Bool {
        guard try Self.step(&scanner, file: file) else { return false }
        line = scanner.line
        guard scanner.count == width else {
            throw error("expected \(width) fields, as the header has, and found \(scanner.count)")
        }
        return true
    }

    /// A field of the row on one line, without blanks around it; empty where there is no such column.
    func words(_ column: String) throws(ImportError) -> String {
        guard let place = places[column] else { return "" }
        guard let text = scanner.text(place) else {
            throw error("\(column): expected text in UTF-8 and found other bytes")
        }
        return ForeignName.clean(text)
    }

    /// A whole number from 1; nil where there is no such column.
    func count(_ column: String) throws(ImportError) -> Int? {
        guard has(column) else { return nil }
        let text = try words(column)
        guard let number = Int(text), (1...1_000_000_000).contains(number) else {
            throw error("\(column): expected a whole number from 1 and found '\(Printable.line(text, limit: 40))'")
        }
        return number
    }

    /// An error at this row.
    func error(_ detail: String) -> ImportError {
        ImportError(subject: "\(file):\(line)", detail: detail, nextStep: "correct or remove the line")
    }

    private static func step(_ scanner: inout CSVScanner, file: String) throws(ImportError) -> Bool {
        let step: CSVScanner.Step
        do {
            step = try scanner.next()
        } catch {
            throw ImportError(error)
        }
        switch step {
        case .record: return true
        case .end: return false
        case .unterminated:
            throw ImportError(
                subject: "\(file):\(scanner.line)",
                detail: "expected a quotation mark at the end of a field and found the end of the file",
                nextStep: "look for a quotation mark that is never closed"
            )
        }
    }
}
