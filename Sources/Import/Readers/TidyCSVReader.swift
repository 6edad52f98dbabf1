import BenchrunModel
import Results

/// CSV with one value a row: columns `workload`, `metric` and `value`, and where they are known `environment`, `unit`,
/// `better`, `case`, `round`, `iteration`. Other columns are ignored.
///
/// A row with an empty value is an execution that failed. Where there are rounds, values of one round in several
/// environments are compared with each other, and the iterations of a round are averaged; without, each row is a value
/// of its own, and `iteration` only says so.
enum TidyCSVReader {
    /// Columns that must be there.
    static let required = ["workload", "metric", "value"]

    static func read(_ bytes: [UInt8], file: String) throws(ImportError) -> ForeignResults {
        var rows = try TidyCSV(bytes, file: file)
        try check(rows, file: file)
        var list = SeriesList(file: file)
        while try rows.next() {
            let unit = ForeignUnit.canonical(try rows.words("unit"))
            let subject = "\(file):\(rows.line)"
            let series = ForeignMeasurement(
                environment: try rows.has("environment") ? name("environment", rows, subject) : nil,
                workload: try name("workload", rows, subject),
                caseLabel: try rows.words("case"),
                metric: try name("metric", rows, subject),
                unit: unit,
                better: try better(rows, unit)
            )
            try list.add([try value(rows)], to: series)
        }
        guard !list.series.isEmpty else {
            throw ImportError(subject: "\(file):1", detail: "expected rows behind the header and found none")
        }
        return ForeignResults(file: file, tool: "CSV", measurements: list.series, hasPrimaryMetric: false)
    }

    private static func check(_ rows: borrowing TidyCSV, file: String) throws(ImportError) {
        let missing = required.filter { !rows.has($0) }
        guard missing.isEmpty else {
            let found = rows.columns.prefix(20).map { Printable.line($0, limit: 40) }.joined(separator: ", ")
            throw ImportError(
                subject: "\(file):\(rows.line)",
                detail: "expected the columns \(missing.joined(separator: ", ")) too and found only: \(found)",
                nextStep: "name the columns so in the file's first line"
            )
        }
        guard !(rows.has("run") && rows.has("stage") && rows.has("outcome")) else {
            throw ImportError(
                subject: "\(file):\(rows.line)",
                detail: "expected results of another tool and found a samples.csv of benchrun",
                nextStep: "'benchrun report' takes the folder that it is in"
            )
        }
    }

    private static func name(
        _ column: String,
        _ rows: borrowing TidyCSV,
        _ subject: String
    ) throws(ImportError) -> String {
        try ForeignName.check(try rows.words(column), column, at: subject)
    }

    private static func better(_ rows: borrowing TidyCSV, _ unit: String) throws(ImportError) -> Better {
        let text = try rows.words("better")
        if text.isEmpty { return ForeignUnit.better(unit) }
        guard let better = Better(rawValue: text) else {
            let words = Better.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw rows.error("better: expected one of \(words) and found '\(Printable.line(text, limit: 40))'")
        }
        return better
    }

    private static func value(_ rows: borrowing TidyCSV) throws(ImportError) -> ForeignValue {
        let text = try rows.words("value")
        let round = try rows.count("round")
        let iteration = try rows.count("iteration")
        if text.isEmpty {
            return ForeignValue(failure: "the file has no value", round: round, iteration: iteration, line: rows.line)
        }
        guard let value = Numeral(text).value else {
            let found = Printable.line(text, limit: 40)
            throw rows.error("value: expected a finite number, or nothing, and found '\(found)'")
        }
        return ForeignValue(value, round: round, iteration: iteration, line: rows.line)
    }
}
