import Analysis
import BenchrunModel
import Results

/// Finds the runs that a user names: by id, `latest`, a folder's path, or `baseline:NAME`.
struct RunLookup {
    let store: RunStore
    /// Takes a baseline of another place where there is none of the same.
    var across = false

    /// A run and what it is called.
    struct Found {
        var folder: RunFolder
        var name: String
        /// In what the place of a baseline differs from that of the run it is looked up for.
        var differences: [String] = []
    }

    /// Finds a run.
    /// - Parameter other: the run it will be compared with, whose place decides which baseline of a name is meant.
    func find(_ name: String, comparedWith other: RunManifest?) throws -> Found {
        guard name.hasPrefix(BaselineStore.prefix) else {
            let folder = try store.find(name)
            return Found(folder: folder, name: "run \(try folder.loadManifest().run)")
        }
        let baselines = BaselineStore(store)
        let wanted = String(name.dropFirst(BaselineStore.prefix.count))
        guard let other else {
            guard let only = try baselines.named(wanted).last else {
                throw Failure("there is no baseline '\(wanted)'; 'benchrun baseline list' shows what is there")
            }
            return Found(folder: baselines.folder(of: only), name: "baseline \(wanted) (run \(only.run))")
        }
        let (baseline, differences) = try baselines.find(wanted, for: other, across: across)
        return Found(
            folder: baselines.folder(of: baseline),
            name: "baseline \(wanted) (run \(baseline.run))",
            differences: differences
        )
    }

    /// Both runs of a comparison, read at the same time.
    func pair(_ baseline: String, _ candidate: String) async throws -> (Found, RunSeries, Found, RunSeries) {
        // Whichever is no baseline is found first: its place decides which baseline of a name is meant.
        let isLater = baseline.hasPrefix(BaselineStore.prefix) && !candidate.hasPrefix(BaselineStore.prefix)
        let old: Found
        let new: Found
        if isLater {
            new = try find(candidate, comparedWith: nil)
            old = try find(baseline, comparedWith: try new.folder.loadManifest())
        } else {
            old = try find(baseline, comparedWith: nil)
            new = try find(candidate, comparedWith: try old.folder.loadManifest())
        }
        let (oldFolder, newFolder) = (old.folder, new.folder)
        async let first = FileQueue.run("baseline") { () throws(ResultsError) in try RunSeries(oldFolder) }
        async let second = FileQueue.run("candidate") { () throws(ResultsError) in try RunSeries(newFolder) }
        return (old, try await first, new, try await second)
    }
}
