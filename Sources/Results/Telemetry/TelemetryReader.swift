import BenchrunModel

/// Reads telemetry.csv, one execution at a time, in memory that does not grow with the file.
///
/// Columns are found by name and unknown ones ignored, as are scopes that this version does not know; a last line that
/// was cut off is left out. All calls block on the file.
public struct TelemetryReader: ~Copyable {
    private let path: String
    private let places: [Int]
    private let width: Int
    private var scanner: CSVScanner
    private var memo = [TextMemo](repeating: TextMemo(), count: TelemetryRecord.Column.allCases.count)
    private var stages = WordMemo<Stage>()
    private var scopes = WordMemo<Counter.Scope>()
    private var pending: TelemetryRecord?

    /// Opens a file and reads its header.
    /// - Throws: ``ResultsError`` naming the file where a column is missing.
    public init(path: String) throws(ResultsError) {
        var scanner = try CSVScanner(path: path)
        var names: [String] = []
        if case .record = try scanner.next() { names = (0..<scanner.count).map { scanner.text($0) ?? "" } }
        let missing = TelemetryRecord.Column.allCases.filter { !names.contains($0.name) }
        guard missing.isEmpty else {
            throw ResultsError(
                subject: "\(path):1",
                detail: "missing column\(missing.count == 1 ? "" : "s") \(missing.map(\.name).joined(separator: ", "))",
                nextStep: "remove the file to report without telemetry"
            )
        }
        self.path = path
        places = TelemetryRecord.Column.allCases.map { names.firstIndex(of: $0.name) ?? 0 }
        width = names.count
        self.scanner = scanner
    }

    /// The next execution; nil at the end.
    /// - Throws: ``ResultsError`` naming file and line.
    public mutating func next() throws(ResultsError) -> TelemetryRecord? {
        while case .record = try scanner.next() {
            guard scanner.count == width else {
                let (line, count) = (scanner.line, scanner.count)
                if count < width, case .end = try scanner.next() { break }
                throw wrong(line, "has \(count) fields instead of \(width)")
            }
            let record = try record()
            if pending?.isSameExecution(as: record) ?? false {
                pending?.counters.merge(record.counters) { $1 }
                continue
            }
            let whole = pending
            pending = record
            if let whole { return whole }
        }
        defer { pending = nil }
        return pending
    }

    private mutating func record() throws(ResultsError) -> TelemetryRecord {
        let line = scanner.line
        guard let stage = stages.word(try text(.stage)) else {
            throw wrong(line, "stage is not one that benchrun knows")
        }
        var record = TelemetryRecord(
            cell: try text(.cell),
            session: try number(.session),
            stage: stage,
            iteration: try number(.iteration),
            counters: [:]
        )
        let value: UInt64 = try number(.value)
        if let scope = scopes.word(try text(.scope)) { record.counters[Counter(scope, try text(.counter))] = value }
        return record
    }

    private mutating func text(_ column: TelemetryRecord.Column) throws(ResultsError) -> String {
        var memo = TextMemo()
        swap(&memo, &self.memo[column.rawValue])
        let text = scanner.withBytes(places[column.rawValue]) { memo.text(of: $0) }
        swap(&memo, &self.memo[column.rawValue])
        guard let text else { throw wrong(scanner.line, "\(column.name) is not UTF-8") }
        return text
    }

    private func number<Number: FixedWidthInteger>(_ column: TelemetryRecord.Column) throws(ResultsError) -> Number {
        guard let number: Number = scanner.withBytes(places[column.rawValue], { NumberText.integer($0) }) else {
            throw wrong(scanner.line, "\(column.name) is not a whole number")
        }
        return number
    }

    private func wrong(_ line: Int, _ problem: String) -> ResultsError {
        ResultsError(subject: "\(path):\(line)", detail: problem, nextStep: "correct or remove the line")
    }
}

extension TelemetryRecord {
    fileprivate func isSameExecution(as other: TelemetryRecord) -> Bool {
        iteration == other.iteration && stage == other.stage && session == other.session && cell == other.cell
    }
}
