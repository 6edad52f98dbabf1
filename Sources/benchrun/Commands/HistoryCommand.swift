import Analysis
import ArgumentParser
import BenchrunModel
import Foundation
import Reports
import Results

/// `benchrun history`: each overhead over the runs of the store.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show each overhead over the runs in the store, where it changed, and what changed there.",
        discussion: """
            The pictures are in plots/history. Change points are alerts: they block nothing; 'benchrun gate --history' does.

            EXAMPLES
              benchrun history
              benchrun history -w sysbench-cpu -e docker --json
            """
    )

    @Option(name: .shortAndLong, help: "Only this workload; may be given several times.")
    var workload: [String] = []

    @Option(name: .shortAndLong, help: "Only this environment; may be given several times.")
    var environment: [String] = []

    @Flag(help: "Draw no pictures.")
    var noPictures = false

    @Flag(help: "Print the answer as JSON.")
    var json = false

    @OptionGroup var store: StoreOptions

    private struct Answer: Encodable {
        var series: [HistorySeries]
        var failures: [String]
        var pictures: [String]
    }

    func run() async throws {
        let runs = store.runs
        let index = await FileQueue.run("history") { HistoryIndex(runs) }
        let entries = index.entries.filter { entry in
            (workload.isEmpty || workload.contains(entry.workload))
                && (environment.isEmpty || environment.contains(entry.environment))
        }
        var series = await FileQueue.run("series") { HistorySeries.all(entries) }
        for place in series.indices { explain(&series[place], runs) }
        let report = HistoryReport(series, failures: index.failures)
        var pictures: [String] = []
        var problem: String?
        if !noPictures, !series.isEmpty {
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            do {
                pictures = try await report.draw(into: store.plots + "/history", searchPath: path)
            } catch {
                problem = "\(error)"
            }
        }
        if json {
            Terminal.out(try JSON.text(Answer(series: series, failures: index.failures, pictures: pictures)))
        } else {
            Terminal.out(report.render(width: Reporting.outputWidth, colour: Reporting.wantsColour))
            if !pictures.isEmpty { Terminal.out("pictures  \(store.plots)/history") }
        }
        if let problem { throw Failure(problem) }
    }

    /// Which facts changed where a series did.
    private func explain(_ series: inout HistorySeries, _ runs: RunStore) {
        for place in series.alerts.indices {
            let alert = series.alerts[place]
            guard let old = RunID(alert.previous), let new = RunID(alert.run),
                let before = try? runs.folder(of: old).loadManifest(),
                let after = try? runs.folder(of: new).loadManifest()
            else { continue }
            series.alerts[place].facts = RunDifference.between(before, after)
        }
    }
}
