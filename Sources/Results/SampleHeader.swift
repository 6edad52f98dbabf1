/// The header of a samples.csv: where each column is.
struct SampleHeader {
    /// The names as the file has them.
    let names: [String]
    /// Place of each column of ``SampleColumn``, in the order of its cases.
    let places: [Int]

    /// Reads the header, the first record of a file.
    /// - Throws: ``ResultsError`` where a column is missing or named twice.
    init(_ scanner: borrowing CSVScanner, path: String) throws(ResultsError) {
        let subject = "\(path):\(scanner.line)"
        var names: [String] = []
        for index in 0..<scanner.count {
            guard let name = scanner.text(index) else {
                throw ResultsError(
                    subject: subject,
                    detail: "the header is not UTF-8",
                    nextStep: "check that this is a samples.csv"
                )
            }
            names.append(name)
        }
        var found: [String: Int] = [:]
        for (place, name) in names.enumerated() {
            if found.updateValue(place, forKey: name) != nil {
                throw ResultsError(
                    subject: subject,
                    detail: "column '\(Printable.line(name, limit: 40))' is there twice",
                    nextStep: "remove one of them"
                )
            }
        }
        let missing = SampleColumn.allCases.map(\.name).filter { found[$0] == nil }
        guard missing.isEmpty else {
            let list = missing.map { "'\($0)'" }.joined(separator: ", ")
            throw ResultsError(
                subject: subject,
                detail: "missing column\(missing.count == 1 ? "" : "s") \(list)",
                nextStep: "check that this is a samples.csv of benchrun"
            )
        }
        self.names = names
        places = SampleColumn.allCases.map { found[$0.name] ?? 0 }
    }
}
