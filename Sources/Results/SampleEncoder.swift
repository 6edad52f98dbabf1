public import BenchrunModel

/// Turns samples into lines of samples.csv: UTF-8, RFC 4180 quoting, `\n` at the end of each line.
///
/// Numbers are written in the shortest form that reads back as the same value.
public struct SampleEncoder: Sendable {
    /// The columns of the file, in its order; nil for one that this version does not know and leaves empty.
    private let columns: [SampleColumn?]

    /// Writes the columns of ``SampleColumn`` in their order.
    public init() {
        columns = SampleColumn.allCases.map { $0 }
    }

    /// Writes the columns of a file that exists already.
    init(header: [String]) {
        columns = header.map(SampleColumn.init(name:))
    }

    /// Appends one line.
    /// - Throws: ``ResultsError`` where the sample breaks a rule of the schema: a value that is not finite, a value
    ///   beside an outcome that has none, an `ok` without value, or a flag with a separator in it.
    public func encode(_ sample: Sample, into line: inout [UInt8]) throws(ResultsError) {
        try validate(sample)
        for (index, column) in columns.enumerated() {
            if index > 0 { line.append(Self.comma) }
            guard let column else { continue }
            append(sample, column, to: &line)
        }
        line.append(Self.lineFeed)
    }

    private func append(_ sample: Sample, _ column: SampleColumn, to line: inout [UInt8]) {
        switch column {
        case .run: CSVField.append(sample.run.text, to: &line)
        case .session: line.append(contentsOf: String(sample.session).utf8)
        case .round: line.append(contentsOf: String(sample.round).utf8)
        case .slot: line.append(contentsOf: String(sample.slot).utf8)
        case .position: line.append(contentsOf: String(sample.position).utf8)
        case .cell: CSVField.append(sample.cell, to: &line)
        case .instance: CSVField.append(sample.instance, to: &line)
        case .environment: CSVField.append(sample.environment, to: &line)
        case .arm: CSVField.append(sample.arm, to: &line)
        case .workload: CSVField.append(sample.workload, to: &line)
        case .caseLabel: CSVField.append(sample.caseLabel, to: &line)
        case .iteration: line.append(contentsOf: String(sample.iteration).utf8)
        case .stage: line.append(contentsOf: sample.stage.rawValue.utf8)
        case .attempt: line.append(contentsOf: String(sample.attempt).utf8)
        case .metric: CSVField.append(sample.metric, to: &line)
        case .unit: CSVField.append(sample.unit, to: &line)
        case .better: line.append(contentsOf: sample.better.rawValue.utf8)
        case .value: if let value = sample.value { line.append(contentsOf: Self.text(value).utf8) }
        case .count: if let count = sample.count { line.append(contentsOf: String(count).utf8) }
        case .outcome: line.append(contentsOf: sample.outcome.rawValue.utf8)
        case .reason: CSVField.append(sample.reason, to: &line)
        case .startedAt: line.append(contentsOf: String(sample.startedAt).utf8)
        case .duration: line.append(contentsOf: String(sample.duration).utf8)
        case .flags: CSVField.append(sample.flags.joined(separator: ";"), to: &line)
        }
    }

    private func validate(_ sample: Sample) throws(ResultsError) {
        let subject = "sample of cell '\(sample.cell)', metric '\(sample.metric)'"
        let next = "this is a fault in benchrun; report it with the run's log"
        if let value = sample.value, !value.isFinite {
            throw ResultsError(subject: subject, detail: "\(value) is not a finite number", nextStep: next)
        }
        if let problem = Self.problem(outcome: sample.outcome, hasValue: sample.value != nil) {
            throw ResultsError(subject: subject, detail: problem, nextStep: next)
        }
        if let flag = sample.flags.first(where: { $0.isEmpty || $0.utf8.contains(UInt8(ascii: ";")) }) {
            throw ResultsError(subject: subject, detail: "'\(flag)' is not a flag", nextStep: next)
        }
    }

    /// The rule that ties value and outcome together, for both directions; nil where it is kept.
    static func problem(outcome: Outcome, hasValue: Bool) -> String? {
        switch outcome {
        case .ok where !hasValue: "an 'ok' sample has no value"
        case .failed, .timeout, .unavailable, .refused, .interrupted:
            hasValue ? "a sample that is '\(outcome.rawValue)' has a value" : nil
        case .ok, .invalid: nil
        }
    }

    /// The shortest decimal text that reads back as the same number.
    public static func text(_ value: Double) -> String {
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    static let comma = UInt8(ascii: ",")
    static let quotationMark = UInt8(ascii: "\"")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
}
