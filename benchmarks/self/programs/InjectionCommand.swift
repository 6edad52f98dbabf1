import Analysis
import ArgumentParser
import BenchrunModel
import Glibc
import Results
import Statistics

/// `benchrun-self injection`: judges runs in which one environment did more work, by a known amount.
struct InjectionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "injection",
        abstract: "Judge runs with an injected slowdown against its true size."
    )

    @Argument(help: "The folder of the runs.")
    var results: String

    @Option(help: "Times of the wrapper alone: lines of a workload and two times, without and with more work.")
    var truth: String

    @Option(help: "The environment that does more.")
    var environment = "injected"

    @Option(help: "Where to write one line for each row of each run.")
    var csv: String?

    func run() throws {
        let truths = try readTruths()
        let runs = try RunReader(results: results).completed()
        var rows: [EstimateRow] = []
        for (manifest, analysis) in runs {
            for result in analysis.primary where result.environment == environment {
                guard let estimate = result.comparison?.estimate, let truth = truths[result.workload]?.value else {
                    continue
                }
                rows.append(
                    EstimateRow(
                        run: manifest.run.text,
                        workload: result.workload,
                        estimate: estimate,
                        verdict: result.comparison?.verdict.rawValue ?? "",
                        truth: truth
                    )
                )
            }
        }
        guard !rows.isEmpty else { throw ValidationError("no finished run in '\(results)' has '\(environment)'") }
        if let csv { try EstimateRow.write(rows, to: csv) }
        let checks = truths.sorted { $0.key < $1.key }.flatMap { workload, truth in
            self.checks(workload, truth, rows.filter { $0.workload == workload })
        }
        try Checks.conclude(checks, title: "an injected slowdown")
    }

    private func checks(_ workload: String, _ truth: Estimate, _ rows: [EstimateRow]) -> [Check] {
        let worst = rows.map { abs(expm1($0.estimate.value) - expm1(truth.value)) }.max() ?? .infinity
        let holding = rows.filter { $0.holdsTruth == true }.count
        // Of 20 intervals at 95 %, 17 or more hold the truth with a probability of 98 %.
        let least = (rows.count * 17 + 19) / 20
        let size = Checks.percent(expm1(truth.value), digits: 2)
        let error = truth.halfWidth.map { " ± \(Checks.percent($0, digits: 2))" } ?? ""
        return [
            Check(
                name: "\(workload), truly \(size)\(error): furthest estimate in \(rows.count) runs",
                value: worst.isFinite ? "\(Checks.fixed(worst * 100, 2)) points off" : "none",
                limit: "within 2 points",
                isKept: worst <= 0.02
            ),
            Check(
                name: "\(workload): intervals that hold the truth",
                value: "\(holding) of \(rows.count)",
                limit: "at least \(least)",
                isKept: holding >= least && !rows.isEmpty
            ),
        ]
    }

    /// The true size of each workload's slowdown: the typical ratio of the pairs of times.
    private func readTruths() throws -> [String: Estimate] {
        var ratios: [String: [Double]] = [:]
        let text = String(decoding: try readFile(truth), as: UTF8.self)
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let base = Double(words[1]), let more = Double(words[2]), base > 0, more > 0 else {
                throw ValidationError("\(truth): '\(line)' is not a workload with two times")
            }
            ratios[String(words[0]), default: []].append(log(more / base))
        }
        return ratios.compactMapValues { HodgesLehmann.oneSample($0, alpha: 0.05) }
    }
}
