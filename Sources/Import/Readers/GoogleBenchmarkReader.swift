import BenchrunModel
import Results

/// google/benchmark's `--benchmark_out=FILE --benchmark_out_format=json`: one workload for each benchmark, one value
/// for each repetition. Aggregates are left out: they are made from the repetitions.
enum GoogleBenchmarkReader {
    /// What aggregates end in where a file of before version 1.5 does not say what an entry is.
    private static let aggregates = ["_mean", "_median", "_stddev", "_cv", "_min", "_max", "_BigO", "_RMS"]

    /// Parts of a second. The library leaves the unit out of files of its first versions, where it is always this one.
    private static let units = ["ns": 1e9, "us": 1e6, "ms": 1e3, "s": 1]
    private static let firstUnit = "ns"

    static func read(_ bytes: [UInt8], file: String) throws(ImportError) -> ForeignResults {
        let document = try JSONReader.document(bytes, file: file)
        var list = SeriesList(file: file)
        for entry in try document.required("benchmarks", "google/benchmark's list").someElements() {
            let name = try entry.required("name", "a benchmark's name").label()
            guard try !isAggregate(entry, name) else { continue }
            let workload = try entry.member("run_name")?.label() ?? name
            try add(entry, of: workload, to: &list)
        }
        guard !list.series.isEmpty else {
            throw ImportError(
                subject: "\(file):1",
                detail: "expected repetitions in 'benchmarks' and found aggregates only",
                nextStep: "measure again with --benchmark_report_aggregates_only=false"
            )
        }
        var notes: [String] = []
        if list.series.contains(where: { $0.values.count > 1 }) {
            notes.append(
                "repetitions of google/benchmark are of one process: they share its memory layout and are more alike "
                    + "than fresh starts, so that intervals are narrower than they would be over several processes"
            )
        }
        return ForeignResults(
            file: file,
            tool: "google/benchmark",
            measurements: list.series,
            facts: try facts(document),
            hasPrimaryMetric: true,
            notes: notes
        )
    }

    private static func isAggregate(_ entry: JSONPlace, _ name: String) throws(ImportError) -> Bool {
        guard let kind = try entry.member("run_type") else { return aggregates.contains { name.hasSuffix($0) } }
        return try kind.text() != "iteration"
    }

    private static func add(_ entry: JSONPlace, of workload: String, to list: inout SeriesList) throws(ImportError) {
        let line = entry.node.line
        func series(_ metric: String, _ unit: String, _ better: Better) -> ForeignMeasurement {
            ForeignMeasurement(workload: workload, metric: metric, unit: unit, better: better)
        }
        let time = series("real-time", "s", .lower)
        if try entry.member("error_occurred")?.isTrue ?? false {
            let message = try entry.member("error_message")?.words ?? ""
            let value = ForeignValue(failure: message.isEmpty ? "an error without a message" : message, line: line)
            return try list.add([value], to: time)
        }
        if try entry.member("skipped")?.isTrue ?? false {
            let message = try entry.member("skip_message")?.words ?? ""
            return try list.add([ForeignValue(failure: "skipped: \(message)", line: line)], to: time)
        }
        let unit = try entry.member("time_unit")
        let unitName = try unit?.text() ?? firstUnit
        guard let parts = units[unitName] else {
            throw (unit ?? entry).error(
                expected: "'ns', 'us', 'ms' or 's'",
                found: "'\(Printable.line(unitName, limit: 20))'"
            )
        }
        let place = try entry.required("real_time", "a time")
        try list.add([ForeignValue(try place.number() / parts, line: place.node.line)], to: time)
        for (member, unit) in [("items_per_second", "items/s"), ("bytes_per_second", "B/s")] {
            guard let rate = try entry.member(member) else { continue }
            let rates = series(member.replacingUnderscores, unit, .higher)
            try list.add([ForeignValue(try rate.number(), line: rate.node.line)], to: rates)
        }
    }

    /// What the file tells about the machine, without its name.
    private static func facts(_ document: JSONPlace) throws(ImportError) -> [String: [String: String]] {
        guard let context = try document.member("context") else { return [:] }
        var facts: [String: String] = [:]
        for (member, fact) in [
            ("date", "reported.date"), ("num_cpus", "reported.cpus"), ("mhz_per_cpu", "reported.mhz"),
            ("cpu_scaling_enabled", "reported.cpu-scaling"), ("library_version", "reported.library"),
            ("library_build_type", "reported.library-build"),
        ] {
            if let words = try context.member(member)?.words, !words.isEmpty { facts[fact] = words }
        }
        return facts.isEmpty ? [:] : ["": facts]
    }
}

extension String {
    fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? "-" : $0 }) }
}
