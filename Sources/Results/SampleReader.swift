public import BenchrunModel

/// Reads samples.csv row by row, in memory that does not grow with the file.
///
/// Columns are found by name and unknown ones ignored. Every error is a ``ResultsError`` whose subject is
/// `file:line`. All calls block on the file; see ``FileQueue``.
public struct SampleReader: ~Copyable {
    /// What a last line without line break means: a write that was cut off.
    public enum Tail: Sendable {
        /// An error.
        case refuse
        /// It is left out; ``SampleReader/skippedLine`` then says which line.
        case skip
    }

    private let path: String
    private let tail: Tail
    private let header: SampleHeader
    private var scanner: CSVScanner
    private var memo = [TextMemo](repeating: TextMemo(), count: SampleColumn.allCases.count)
    private var outcomes = WordMemo<Outcome>()
    private var stages = WordMemo<Stage>()
    private var betters = WordMemo<Better>()
    private var runMemo: (text: String, id: RunID)?

    /// The line of the sample that was read last, from 1.
    public private(set) var line = 1
    /// The last line, where it was cut off and left out.
    public private(set) var skippedLine: Int?

    /// Opens a file and reads its header.
    public init(path: String, tail: Tail = .refuse) throws(ResultsError) {
        var scanner = try CSVScanner(path: path, nextStep: "check the run's id with 'benchrun list runs'")
        switch try scanner.next() {
        case .record: break
        case .end:
            throw ResultsError(subject: path, detail: "the file is empty", nextStep: Self.repair)
        case .unterminated:
            throw ResultsError(subject: "\(path):1", detail: "the header is cut off", nextStep: Self.repair)
        }
        header = try SampleHeader(scanner, path: path)
        self.path = path
        self.tail = tail
        self.scanner = scanner
    }

    /// The next sample; nil at the end.
    public mutating func next() throws(ResultsError) -> Sample? {
        switch try scanner.next() {
        case .end: return nil
        case .unterminated:
            line = scanner.line
            guard tail == .skip else {
                throw ResultsError(subject: subject, detail: "the last line is cut off", nextStep: Self.repair)
            }
            skippedLine = line
            return nil
        case .record: break
        }
        line = scanner.line
        guard scanner.count == header.names.count else {
            let count = scanner.count
            if count < header.names.count, tail == .skip, try isLast() { return nil }
            throw ResultsError(
                subject: subject,
                detail: "\(count) fields instead of \(header.names.count)",
                nextStep: Self.correct
            )
        }
        return try sample()
    }

    /// All samples of a file.
    public static func all(path: String, tail: Tail = .refuse) throws(ResultsError) -> [Sample] {
        var reader = try SampleReader(path: path, tail: tail)
        var samples: [Sample] = []
        while let sample = try reader.next() { samples.append(sample) }
        return samples
    }

    private static let correct = "correct or remove the line"
    private static let repair = "'benchrun resume' moves what is broken aside and goes on"

    private var subject: String { "\(path):\(line)" }

    /// True where nothing follows a record that is too short, which is then a cut-off tail.
    private mutating func isLast() throws(ResultsError) -> Bool {
        let short = line
        guard case .end = try scanner.next() else { return false }
        skippedLine = short
        return true
    }

    private mutating func sample() throws(ResultsError) -> Sample {
        let words = (outcome: try text(.outcome), stage: try text(.stage), better: try text(.better))
        let outcome = try known(outcomes.word(words.outcome), .outcome)
        let value = try value()
        if let problem = SampleEncoder.problem(outcome: outcome, hasValue: value != nil) {
            throw ResultsError(subject: subject, detail: problem, nextStep: Self.correct)
        }
        let flags = try text(.flags)
        return Sample(
            run: try run(),
            session: try integer(.session),
            round: try integer(.round),
            slot: try integer(.slot),
            position: try integer(.position),
            cell: try text(.cell),
            instance: try text(.instance),
            environment: try text(.environment),
            arm: try text(.arm),
            workload: try text(.workload),
            caseLabel: try text(.caseLabel),
            iteration: try integer(.iteration),
            stage: try known(stages.word(words.stage), .stage),
            attempt: try integer(.attempt),
            metric: try text(.metric),
            unit: try text(.unit),
            better: try known(betters.word(words.better), .better),
            value: value,
            count: try optionalInteger(.count),
            outcome: outcome,
            reason: try text(.reason),
            startedAt: try integer(.startedAt),
            duration: try integer(.duration),
            flags: flags.isEmpty ? [] : flags.split(separator: ";").map(String.init)
        )
    }

    private func place(_ column: SampleColumn) -> Int { header.places[column.rawValue] }

    private mutating func text(_ column: SampleColumn) throws(ResultsError) -> String {
        let index = column.rawValue
        let place = header.places[index]
        // The memo leaves the array while it is used, so that no copy is made.
        var memo = TextMemo()
        swap(&memo, &self.memo[index])
        let text = scanner.withBytes(place) { memo.text(of: $0) }
        swap(&memo, &self.memo[index])
        guard let text else {
            throw ResultsError(subject: subject, detail: "\(column.name): not UTF-8", nextStep: Self.correct)
        }
        return text
    }

    private mutating func run() throws(ResultsError) -> RunID {
        let text = try text(.run)
        if let runMemo, runMemo.text == text { return runMemo.id }
        guard let id = RunID(text) else { throw wrong(.run, "not a run's id") }
        runMemo = (text, id)
        return id
    }

    private func known<Word: CaseIterable & RawRepresentable>(
        _ word: Word?,
        _ column: SampleColumn
    ) throws(ResultsError) -> Word where Word.RawValue == String {
        if let word { return word }
        throw wrong(column, "not one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
    }

    private func integer<Number: FixedWidthInteger>(_ column: SampleColumn) throws(ResultsError) -> Number {
        guard let number: Number = scanner.withBytes(place(column), { NumberText.integer($0) }) else {
            throw wrong(column, "not a whole number")
        }
        return number
    }

    private func optionalInteger(_ column: SampleColumn) throws(ResultsError) -> Int? {
        if scanner.withBytes(place(column), { $0.isEmpty }) { return nil }
        return try integer(column)
    }

    private func value() throws(ResultsError) -> Double? {
        if scanner.withBytes(place(.value), { $0.isEmpty }) { return nil }
        guard let value = scanner.withBytes(place(.value), { NumberText.decimal($0) }) else {
            throw wrong(.value, "not a finite number")
        }
        return value
    }

    private func wrong(_ column: SampleColumn, _ problem: String) -> ResultsError {
        let text = scanner.text(place(column)).map { "'\(Printable.line($0, limit: 40))'" } ?? "its text"
        return ResultsError(
            subject: subject,
            detail: "\(column.name): \(text) is \(problem)",
            nextStep: Self.correct
        )
    }
}
