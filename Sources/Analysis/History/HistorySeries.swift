import BenchrunModel
import Glibc
public import Results
public import Statistics

/// One row over many runs: its change points, and what a new run is held against.
public struct HistorySeries: Sendable, Codable, Equatable {
    /// Names a series.
    public struct Key: Sendable, Hashable, Codable {
        /// The workload.
        public var workload: String
        /// The case's label.
        public var caseLabel: String
        /// The environment.
        public var environment: String
    }

    /// A run at which the series changes: an alert, which blocks nothing.
    public struct Alert: Sendable, Codable, Equatable {
        /// The first run after the change.
        public var run: String
        /// The run before it.
        public var previous: String
        /// Its place in the series, from 0.
        public var index: Int
        /// Mean after it over mean before it, as a fraction: 0.1 is 10 % more.
        public var change: Double
        /// p-value of the permutation test.
        public var p: Double
        /// Facts that changed there; empty where none is known to have.
        public var facts: [RunDifference] = []
    }

    /// Which row it is.
    public var key: Key
    /// Metric, unit and delta of the latest run.
    public var metric: String
    /// Unit of the medians.
    public var unit: String
    /// The smallest change that matters, as a fraction.
    public var delta: Double
    /// The runs, the oldest first.
    public var entries: [HistoryEntry]
    /// Where it changes.
    public var alerts: [Alert]
    /// Whether neighbouring runs resemble each other more than chance allows, which makes change points less certain.
    public var isLowConfidence: Bool

    /// Workload and case.
    public var label: String { key.caseLabel.isEmpty ? key.workload : "\(key.workload) \(key.caseLabel)" }

    /// The series of an index, in the order of their first run; native has none, having no overhead. What was measured in
    /// another place than the latest run of a series, or with another file of the workload, is no part of it.
    public static func all(_ entries: [HistoryEntry]) -> [HistorySeries] {
        var order: [Key] = []
        var groups: [Key: [HistoryEntry]] = [:]
        for entry in entries where entry.overhead != nil {
            if groups[entry.series] == nil { order.append(entry.series) }
            groups[entry.series, default: []].append(entry)
        }
        return order.compactMap { key in
            guard let group = groups[key], let last = group.last else { return nil }
            return HistorySeries(key, group.filter { $0.digest == last.digest && $0.place == last.place })
        }
    }

    private init?(_ key: Key, _ entries: [HistoryEntry]) {
        guard let last = entries.last else { return nil }
        self.key = key
        metric = last.metric
        unit = last.unit
        delta = last.delta
        self.entries = entries
        let ratios = entries.compactMap(\.overhead).map { exp($0) }
        let seed = "\(key.workload)\u{0}\(key.caseLabel)\u{0}\(key.environment)".utf8
            .reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let found = ChangePoints.find(ratios, seed: seed)
        let points = found?.mattering(in: ratios, delta: delta) ?? []
        alerts = points.map { Self.alert($0, among: points, ratios, entries) }
        isLowConfidence = Self.hasMemory(ratios)
    }

    private static func alert(
        _ point: ChangePoint,
        among points: [ChangePoint],
        _ ratios: [Double],
        _ entries: [HistoryEntry]
    ) -> Alert {
        let start = points.last { $0.index < point.index }?.index ?? max(0, ratios.count - ChangePoints.Search().latest)
        let end = points.first { $0.index > point.index }?.index ?? ratios.count
        let before = Summary.mean(Array(ratios[start..<point.index])) ?? 1
        let after = Summary.mean(Array(ratios[point.index..<end])) ?? 1
        return Alert(
            run: entries[point.index].run,
            previous: entries[max(0, point.index - 1)].run,
            index: point.index,
            change: after / before - 1,
            p: point.p
        )
    }

    /// STATISTICS, section 4: where the history's lag-1 is significant.
    private static func hasMemory(_ x: [Double]) -> Bool {
        x.count >= 10 && Drift.of(x)?.isAutocorrelated ?? false
    }

    /// Mode C: the latest run against those before it, since the last change.
    /// - Returns: nil with fewer than five earlier runs.
    public func prediction() -> (value: HistoryPrediction, isRegression: Bool)? {
        let values = entries.compactMap(\.overhead)
        guard let last = values.last, let value = HistoryPrediction.of(history: Array(values.dropLast()), x: last),
            let isRegression = value.isRegression(delta: delta)
        else { return nil }
        return (value, isRegression)
    }
}
