import Analysis
import ArgumentParser
import Results
import Statistics

/// `benchrun-self noise`: judges runs of an environment against itself.
struct NoiseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "noise",
        abstract: "Judge the A/A runs in a folder: no row may say slower or faster, few intervals may leave out 0."
    )

    @Argument(help: "The folder of the runs that 'benchrun calibrate' made.")
    var results: String

    @Option(help: "Where to write one line for each row of each run.")
    var csv: String?

    func run() throws {
        var analysis = CalibrationAnalysis()
        for (manifest, figures) in try RunReader(results: results).completed() { analysis.add(manifest, figures) }
        let rows = analysis.trials.map { trial in
            EstimateRow(
                run: trial.run,
                workload: trial.caseLabel.isEmpty ? trial.workload : "\(trial.workload) \(trial.caseLabel)",
                estimate: trial.estimate,
                verdict: trial.verdict.rawValue,
                truth: 0
            )
        }
        guard !rows.isEmpty else { throw ValidationError("there is no finished A/A run in '\(results)'") }
        if let csv { try EstimateRow.write(rows, to: csv) }
        let judged = rows.filter { ["slower", "faster"].contains($0.verdict) }.count
        let excluding = rows.filter { $0.holdsTruth == false }.count
        // Of 60 rows at 5 %, 7 or fewer leave out 0 with a probability of 98 %.
        let most = rows.count * 7 / 60
        let runs = Set(rows.map(\.run)).count
        try Checks.conclude(
            [
                Check(
                    name: "rows called slower or faster, of \(rows.count) in \(runs) runs",
                    value: "\(judged)",
                    limit: "0",
                    isKept: judged == 0
                ),
                Check(
                    name: "rows whose 95 % interval leaves out 0",
                    value: "\(excluding)",
                    limit: "at most \(most)",
                    isKept: excluding <= most
                ),
            ] + workloads(analysis),
            title: "an environment against itself"
        )
    }

    /// What calibration makes of it; nothing is promised here.
    private func workloads(_ analysis: CalibrationAnalysis) -> [Check] {
        analysis.entries().map { entry in
            let tau = entry.tau.map { ", tau \(Checks.percent($0, digits: 2))" } ?? ""
            return Check(
                name: "\(entry.workload) in \(entry.environment): CV of launches\(entry.tau == nil ? "" : ", tau")",
                value: Checks.percent(entry.variation, digits: 2) + tau,
                limit: "",
                isKept: true
            )
        }
    }
}
