import BenchrunModel

/// `hyperfine --export-json FILE`: one workload for each command, its run times as values.
///
/// A run that did not exit with 0 (hyperfine goes on with `--ignore-failure`) has no value: the time of a failure is
/// not the time of the work.
enum HyperfineReader {
    static func read(_ bytes: [UInt8], file: String) throws(ImportError) -> ForeignResults {
        let document = try JSONReader.document(bytes, file: file)
        var list = SeriesList(file: file)
        for result in try document.required("results", "hyperfine's results").someElements() {
            let series = ForeignMeasurement(
                workload: try result.required("command", "a command").label(),
                caseLabel: try caseLabel(result),
                metric: "wall-time",
                unit: "s",
                better: .lower
            )
            try list.add(try values(result), to: series)
        }
        return ForeignResults(file: file, tool: "hyperfine", measurements: list.series, hasPrimaryMetric: true)
    }

    /// `delay=0.1`, from `--parameter-scan` and `--parameter-list`.
    private static func caseLabel(_ result: JSONPlace) throws(ImportError) -> String {
        guard let parameters = try result.member("parameters") else { return "" }
        var values: [String: String] = [:]
        for name in try parameters.names() {
            guard let place = try parameters.member(name) else { continue }
            guard let words = place.words else { throw place.error(expected: "text or a number") }
            values[ForeignName.clean(name)] = words
        }
        return Case(values).label
    }

    /// Each run's time; the mean, as one value, only where the file has no times.
    private static func values(_ result: JSONPlace) throws(ImportError) -> [ForeignValue] {
        guard let times = try result.member("times") else {
            let mean = try result.required("mean", "a mean, or run times in 'times',")
            return [ForeignValue(try mean.number(), line: mean.node.line)]
        }
        let runs = try times.someElements()
        guard let codes = try result.member("exit_codes") else {
            return try runs.map { run throws(ImportError) in ForeignValue(try run.number(), line: run.node.line) }
        }
        let statuses = try codes.elements()
        guard statuses.count == runs.count else {
            throw codes.error(expected: "\(runs.count) exit codes, one a run,", found: "\(statuses.count)")
        }
        return try zip(runs, statuses).map { run, status throws(ImportError) in
            let value = try run.number()
            if case .null = status.node.content {
                return ForeignValue(failure: "the command was ended by a signal", line: run.node.line)
            }
            let code = try status.number()
            guard code != 0 else { return ForeignValue(value, line: run.node.line) }
            return ForeignValue(failure: "exit status \(status.words ?? "")", line: run.node.line)
        }
    }
}
