import BenchrunModel
import Results

/// PerfKit Benchmarker's `perfkitbenchmarker_results.json`: one JSON object a line, each a value of a test's metric.
///
/// Samples carry dozens of labels that tell what was measured where. Those of which a test's metric has several values
/// in the file tell its cases apart; the others are the same for all and are left out of the case.
enum PerfKitReader {
    private struct Entry {
        var test, metric, unit: String
        var labels: [String: String]
        var value: ForeignValue

        var series: [String] { [test, metric, unit] }
    }

    /// Longer values of labels are histograms and series, not parameters.
    private static let longestLabel = 64

    static func read(_ bytes: [UInt8], file: String) throws(ImportError) -> ForeignResults {
        var reader = JSONReader(ByteCursor(bytes, file: file))
        var entries: [Entry] = []
        var unnamed = 0
        var version: String?
        while let place = try reader.next() {
            guard let entry = try entry(place) else {
                unnamed += 1
                continue
            }
            version = version ?? entry.labels["perfkitbenchmarker_version"]
            entries.append(entry)
        }
        guard !entries.isEmpty else {
            throw ImportError(
                subject: "\(file):1",
                detail: "expected JSON objects with 'test', 'metric' and 'value', one a line, and found none"
            )
        }
        let name = ForeignName.lastComponent(of: file)
        return ForeignResults(
            file: file,
            tool: "PerfKit Benchmarker" + (version.map { " \($0)" } ?? ""),
            measurements: try series(entries, file: file),
            hasPrimaryMetric: false,
            notes: unnamed == 0
                ? [] : ["\(name): \(unnamed) samples without a metric's name (histograms) were left out"]
        )
    }

    /// nil for a histogram, whose figures are in its labels.
    private static func entry(_ place: JSONPlace) throws(ImportError) -> Entry? {
        let test = try place.required("test", "a test's name")
        let metric = try place.required("metric", "a metric's name")
        let value = try place.required("value", "a number")
        let unit = ForeignName.clean(try place.member("unit")?.text() ?? "")
        guard try !metric.text().isEmpty else { return nil }
        return Entry(
            test: try test.label(),
            metric: try metric.label(),
            unit: ForeignUnit.canonical(unit),
            labels: try labels(place),
            value: ForeignValue(try value.number(), line: place.node.line)
        )
    }

    /// `|k:v|,|k:v|`, or an object with `--collapse_labels=false`.
    private static func labels(_ place: JSONPlace) throws(ImportError) -> [String: String] {
        var labels: [String: String] = [:]
        if let object = try place.member("metadata") {
            for name in try object.names() {
                if let words = try object.member(name)?.words { labels[ForeignName.clean(name)] = words }
            }
        }
        guard let text = try place.member("labels")?.text() else { return labels }
        for part in text.splitBetweenBars {
            guard let colon = part.firstIndex(of: ":") else { continue }
            labels[ForeignName.clean(String(part[..<colon]))] =
                ForeignName.clean(String(part[part.index(after: colon)...]))
        }
        return labels
    }

    private static func series(_ entries: [Entry], file: String) throws(ImportError) -> [ForeignMeasurement] {
        var values: [[String]: [String: Set<String>]] = [:]
        var counts: [[String]: Int] = [:]
        for entry in entries {
            counts[entry.series, default: 0] += 1
            for (name, value) in entry.labels where value.count <= longestLabel {
                values[entry.series, default: [:]][name, default: []].insert(value)
            }
        }
        var list = SeriesList(file: file)
        for entry in entries {
            let telling = entry.labels.filter { (values[entry.series]?[$0.key]?.count ?? 0) > 1 }
                .filter { $0.value.count <= longestLabel }
            let series = ForeignMeasurement(
                workload: entry.test,
                caseLabel: Case(telling).label,
                metric: entry.metric,
                unit: entry.unit,
                better: ForeignUnit.better(entry.unit)
            )
            try list.add([entry.value], to: series)
        }
        return list.series
    }
}

extension String {
    /// The parts of `|a|,|b|`.
    fileprivate var splitBetweenBars: [String] {
        var parts: [String] = []
        var rest = hasPrefix("|") ? dropFirst() : self[...]
        if rest.hasSuffix("|") { rest = rest.dropLast() }
        while let bar = rest.firstRange(of: "|,|") {
            parts.append(String(rest[..<bar.lowerBound]))
            rest = rest[bar.upperBound...]
        }
        return parts + [String(rest)]
    }
}
