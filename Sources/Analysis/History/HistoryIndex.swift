import BenchrunModel
import Glibc
public import Results

/// What all runs of a store say about their rows, kept in `results/history.csv` so that a thousand runs need not be read
/// again. The index is a cache: it can be removed at any time.
public struct HistoryIndex: Sendable {
    /// Entries in the order of the runs.
    public private(set) var entries: [HistoryEntry] = []
    /// Runs that could not be read, with the reason.
    public private(set) var failures: [String] = []

    /// What tells whether a run's files are those that were indexed.
    private struct Stamp: Equatable {
        var size: Int
        var time: Int
    }

    private static let columns = [
        "run", "size", "time", "began", "workload", "case", "environment", "metric", "unit", "delta", "median",
        "overhead",
        "lower", "upper", "rounds", "digest", "place",
    ]

    /// Reads the index, brings it up to date with the store, and writes it where something changed. Blocks.
    ///
    /// Runs of `benchrun calibrate` and `benchrun ab` are left out: they compare environments with each other.
    public init(_ store: RunStore) {
        let path = "\(store.results)/history.csv"
        let known = Self.read(path)
        var kept: [(stamp: Stamp, run: String, entries: [HistoryEntry])] = []
        var isChanged = false
        for run in store.runs() {
            let folder = store.folder(of: run)
            guard let stamp = Self.stamp(folder) else { continue }
            if let old = known[run.text], old.stamp == stamp {
                kept.append((stamp, run.text, old.entries))
                continue
            }
            isChanged = true
            do {
                let manifest = try folder.loadManifest()
                // Neither of these compares environments with native.
                let isOwn = manifest.suite != Self.calibrationSuite && manifest.arms == nil
                let entries = isOwn ? HistoryEntry.all(of: try RunAnalysis.of(folder), manifest) : []
                kept.append((stamp, run.text, entries))
            } catch {
                failures.append("\(error)")
            }
        }
        entries = kept.flatMap(\.entries)
        if isChanged || kept.count != known.count { Self.write(kept, to: path) }
    }

    /// What `benchrun calibrate` calls its runs.
    private static let calibrationSuite = "calibration"

    private static func stamp(_ folder: RunFolder) -> Stamp? {
        var status = stat()
        guard stat(folder.samples, &status) == 0 else { return nil }
        var manifest = stat()
        guard stat(folder.manifest, &manifest) == 0 else { return nil }
        // Only compared with each other, whatever they are.
        let times = [status.st_mtim, manifest.st_mtim].map { Int($0.tv_sec) &* 1_000_000_000 &+ $0.tv_nsec }
        return Stamp(size: Int(status.st_size), time: times[0] ^ (times[1] &* 31))
    }

    // MARK: The file

    /// An index that cannot be read is made again.
    private static func read(_ path: String) -> [String: (stamp: Stamp, entries: [HistoryEntry])] {
        var runs: [String: (stamp: Stamp, entries: [HistoryEntry])] = [:]
        guard let table = try? CSVTable(path: path, columns: columns) else { return [:] }
        for row in table.rows {
            guard let size = Int(row[1]), let time = Int(row[2]), let began = Double(row[3]) else { return [:] }
            let stamp = Stamp(size: size, time: time)
            var known = runs[row[0]] ?? (stamp, [])
            // A run without rows has a line all the same, so that it is not read each time.
            if !row[4].isEmpty {
                guard let delta = Double(row[9]), let median = Double(row[10]), let rounds = Int(row[14]) else {
                    return [:]
                }
                known.entries.append(
                    HistoryEntry(
                        run: row[0],
                        began: began,
                        workload: row[4],
                        caseLabel: row[5],
                        environment: row[6],
                        metric: row[7],
                        unit: row[8],
                        delta: delta,
                        median: median,
                        overhead: Double(row[11]),
                        lower: Double(row[12]),
                        upper: Double(row[13]),
                        rounds: rounds,
                        digest: row[15],
                        place: row[16]
                    )
                )
            }
            runs[row[0]] = known
        }
        return runs
    }

    private static func write(_ runs: [(stamp: Stamp, run: String, entries: [HistoryEntry])], to path: String) {
        var table = CSVText(columns: columns)
        func text(_ value: Double?) -> String { value.map(SampleEncoder.text) ?? "" }
        for (stamp, run, entries) in runs {
            let head = [run, "\(stamp.size)", "\(stamp.time)"]
            if entries.isEmpty { table.add(head + ["0"] + [String](repeating: "", count: columns.count - 4)) }
            for entry in entries {
                table.add(
                    head + [
                        text(entry.began), entry.workload, entry.caseLabel, entry.environment, entry.metric, entry.unit,
                        text(entry.delta), text(entry.median), text(entry.overhead), text(entry.lower),
                        text(entry.upper),
                        "\(entry.rounds)", entry.digest, entry.place,
                    ]
                )
            }
        }
        // A store that cannot be written is read again next time.
        try? replaceFile(path, with: table.bytes)
    }
}
