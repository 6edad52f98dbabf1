import BenchrunModel
import Results

/// Every series of an import: by workload, case, metric and environment, with the values of all files.
struct ImportedSeries {
    struct Key: Hashable {
        var workload, caseLabel, metric, environment: String
    }

    /// A value and the file it is from.
    struct Entry {
        var value: ForeignValue
        var file: String
    }

    /// A workload of a file, before its metrics are settled.
    struct Work {
        var name: String
        var title: String
        var cases: [String] = []
        var metrics: [MetricRecord] = []
        /// Whether the first metric is the one to go by.
        var hasPrimary = true
        /// Where a metric is, and whose unit and direction it has, for messages.
        fileprivate var places: [String: (index: Int, file: String)] = [:]
        fileprivate var caseNames: Set<String> = []
    }

    /// Smallest change that matters: benchrun's own default, since no file states one.
    private static let delta = 0.05

    private(set) var works: [Work] = []
    private(set) var values: [Key: [Entry]] = [:]

    /// Gathers the series.
    /// - Parameter better: For metrics of which it is not known which way is better; nil leaves them so.
    /// - Throws: ``ImportError`` where files disagree about a metric's unit or direction.
    init(_ files: ImportedFiles, better: Better?) throws(ImportError) {
        var places: [String: Int] = [:]
        for file in files.entries {
            for (environment, measurement) in zip(file.environments, file.results.measurements) {
                let place = places[measurement.workload] ?? works.count
                if place == works.count {
                    places[measurement.workload] = place
                    works.append(Work(name: measurement.workload, title: measurement.title))
                }
                try works[place].add(measurement, better: better, file: file.results, delta: Self.delta)
                let key = Key(
                    workload: measurement.workload,
                    caseLabel: measurement.caseLabel,
                    metric: measurement.metric,
                    environment: environment
                )
                values[key, default: []] += measurement.values.map { Entry(value: $0, file: file.results.file) }
            }
        }
        let whole = works
        works = []
        let keys = Dictionary(grouping: values.keys, by: \.workload)
        for work in whole { works += split(work, keys[work.name] ?? []) }
        try requireNames()
    }

    /// Whether each value names its round.
    var hasRounds: Bool { values.values.allSatisfy { $0.allSatisfy { $0.value.round != nil } } }

    /// Whether any value names its round.
    var hasSomeRounds: Bool { values.values.contains { $0.contains { $0.value.round != nil } } }

    /// A workload is judged by its first metric. Where no metric is the first by nature, or one lacks some case, each
    /// becomes a workload of its own: `iperf: Throughput`.
    private mutating func split(_ work: Work, _ keys: [Key]) -> [Work] {
        let isWhole = Set(keys.map { [$0.caseLabel, $0.metric] }).count == work.cases.count * work.metrics.count
        guard work.metrics.count > 1, !work.hasPrimary || !isWhole else { return [work] }
        let byMetric = Dictionary(grouping: keys, by: \.metric)
        return work.metrics.map { metric in
            var part = work
            part.name = "\(work.name): \(metric.name)"
            part.metrics = [metric]
            let own = byMetric[metric.name] ?? []
            let cases = Set(own.map(\.caseLabel))
            part.cases = work.cases.filter(cases.contains)
            for key in own {
                var moved = key
                moved.workload = part.name
                values[moved, default: []] += values.removeValue(forKey: key) ?? []
            }
            return part
        }
    }

    private func requireNames() throws(ImportError) {
        var seen: Set<String> = []
        for work in works where !seen.insert(work.name).inserted {
            throw ImportError(
                subject: "'\(Printable.line(work.name, limit: 80))'",
                detail: "expected one workload of this name and found two",
                nextStep: "give one of them another name where it is measured"
            )
        }
    }
}

extension ImportedSeries.Work {
    fileprivate mutating func add(
        _ measurement: ForeignMeasurement,
        better: Better?,
        file: ForeignResults,
        delta: Double
    ) throws(ImportError) {
        if caseNames.insert(measurement.caseLabel).inserted { cases.append(measurement.caseLabel) }
        if !file.hasPrimaryMetric { hasPrimary = false }
        if title.isEmpty { title = measurement.title }
        let way = measurement.better == .none ? better ?? .none : measurement.better
        guard let place = places[measurement.metric] else {
            places[measurement.metric] = (metrics.count, file.file)
            metrics.append(MetricRecord(name: measurement.metric, unit: measurement.unit, better: way, delta: delta))
            return
        }
        let known = metrics[place.index]
        guard known.unit == measurement.unit, known.better == way else {
            throw ImportError(
                subject: "\(file.file):\(measurement.values.first?.line ?? 1)",
                detail: "\(known.name) of '\(Printable.line(name, limit: 60))': expected '\(known.unit)', "
                    + "\(known.better.rawValue) is better, as in \(place.file), and found "
                    + "'\(measurement.unit)', \(way.rawValue) is better",
                nextStep: "bring the files to one unit; values of two cannot be compared"
            )
        }
    }
}
