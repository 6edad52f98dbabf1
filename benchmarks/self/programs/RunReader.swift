import Analysis
import BenchrunModel
import Results

/// The finished runs in a folder, the oldest first.
struct RunReader {
    let store: RunStore

    init(results: String) {
        store = RunStore(results: results)
    }

    /// Manifest and figures of each run that completed.
    func completed() throws -> [(manifest: RunManifest, analysis: RunAnalysis)] {
        try store.runs().compactMap { run in
            let folder = store.folder(of: run)
            let manifest = try folder.loadManifest()
            guard manifest.sessions.last?.ending == .completed else { return nil }
            return (manifest, try RunAnalysis.of(folder))
        }
    }
}

/// A row of a results file: one estimate of one run.
struct EstimateRow {
    var run: String
    var workload: String
    var estimate: LogEstimate
    var verdict: String
    /// The log ratio that it should find.
    var truth: Double

    /// Whether the interval holds the truth; nil without an interval.
    var holdsTruth: Bool? {
        guard let lower = estimate.lower, let upper = estimate.upper else { return nil }
        return lower <= truth && truth <= upper
    }

    static let header = "run,workload,rounds,log_ratio,lower,upper,verdict,truth,holds_truth"

    var line: String {
        func text(_ value: Double?) -> String { value.map { Checks.fixed($0, 6) } ?? "" }
        return [
            run, workload, "\(estimate.rounds)", text(estimate.value), text(estimate.lower), text(estimate.upper),
            verdict, text(truth), holdsTruth.map { $0 ? "yes" : "no" } ?? "",
        ].joined(separator: ",")
    }

    /// Writes rows as CSV.
    static func write(_ rows: [EstimateRow], to path: String) throws {
        let text = ([header] + rows.map(\.line)).map { $0 + "\n" }.joined()
        try replaceFile(path, with: Array(text.utf8))
    }
}
