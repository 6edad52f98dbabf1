import ArgumentParser
import BenchrunModel
import Foundation
import Host
import Results

/// `benchrun results prune`: removes old runs from the store.
struct PruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove old runs and their reports from the store. Baselines are copies and stay.",
        discussion: """
            EXAMPLES
              benchrun results prune --keep 50
              benchrun results prune --older-than '720 h' --dry-run
            """
    )

    @Option(help: ArgumentHelp("Keep this many of the latest runs.", valueName: "n"))
    var keep: Int?

    @Option(help: ArgumentHelp("Remove only runs that began longer ago: '720 h'.", valueName: "time"))
    var olderThan: String?

    @Flag(help: "Say what would be removed, and remove nothing.")
    var dryRun = false

    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard keep != nil || olderThan != nil else {
            throw ValidationError("say what to remove: --keep N, --older-than TIME, or both")
        }
        if let keep, keep < 0 { throw ValidationError("--keep takes a number from 0") }
        if let olderThan, Self.hours(olderThan) == nil {
            throw ValidationError("--older-than takes a time such as '720 h' or '30 d', not '\(olderThan)'")
        }
    }

    func run() async throws {
        let runs = store.runs
        // A run that cannot be read has no age; it is left to its owner. So is the one that is being measured.
        let holder = HostLock.holder(at: Locations.standard().lock)?.run
        let all = runs.runs().filter { $0 != holder }.compactMap { run -> (run: RunID, began: Double)? in
            guard let began = try? runs.folder(of: run).loadManifest().sessions.first?.wallClock else { return nil }
            return (run, began)
        }.sorted { $0.began < $1.began }
        var old = keep.map { Array(all.dropLast($0)) } ?? all
        if let age = olderThan.flatMap(Self.hours) {
            let limit = Date().timeIntervalSince1970 - age * 3600
            old = old.filter { $0.began < limit }
        }
        let candidates = old.map(\.run)
        for run in candidates {
            if !dryRun {
                do {
                    try FileManager.default.removeItem(atPath: runs.folder(of: run).path)
                } catch {
                    throw Failure("\(runs.folder(of: run).path): \(error.localizedDescription)")
                }
                // A report can be missing.
                try? FileManager.default.removeItem(atPath: runs.plotsFolder(of: run))
            }
            Terminal.out("\(dryRun ? "would remove" : "removed") \(run)")
        }
        Terminal.error("\(candidates.count) of \(all.count) runs \(dryRun ? "would be " : "")removed")
    }

    /// Hours of `30 d`, `720 h`, `90 min`.
    private static func hours(_ text: String) -> Double? {
        let words = text.split(separator: " ")
        guard words.count == 2, let number = Double(words[0]), number >= 0, number.isFinite else { return nil }
        let units: [Substring: Double] = ["d": 24, "h": 1, "min": 1.0 / 60, "s": 1.0 / 3600]
        return units[words[1]].map { number * $0 }
    }
}
