import Analysis
import BenchrunModel
import Catalog
import Experiment
import Glibc
import Host
import Results
import Statistics

/// `--plan`: the rounds and the time that intervals of a wanted half-width would take, from this host's calibration.
struct PrecisionPlan {
    let measurement: Measurement
    /// Half-width as a fraction.
    let target: Double

    /// The answer as JSON.
    struct Answer: Codable {
        var halfWidth: Double
        var rows: [Row]
        /// The most rounds that a workload with calibration needs.
        var rounds: Int
        /// Seconds where each workload has as many rounds as it needs, those without calibration the suite's.
        var seconds: Double
        /// False where some of it has never been measured on this host, so that its time is a guess.
        var isInformed: Bool
    }

    /// One workload in one environment.
    struct Row: Codable {
        var workload: String
        var caseLabel: String
        var environment: String
        /// Rounds; nil without calibration of the workload, or where no number would do.
        var rounds: Int?
        /// True where native or the environment is not calibrated.
        var isPartial: Bool
    }

    func answer() throws -> Answer {
        let selection = measurement.selection
        let locations = Locations.standard()
        let calibration = try CalibrationStore(locations: locations).load()
        let rows = selection.workloads.flatMap { workload in
            workload.cases.flatMap { workloadCase in
                selection.environments.filter { $0.name != EnvironmentSpec.nativeName }.map { environment in
                    row(workload, workloadCase.label, environment.name, calibration)
                }
            }
        }
        let usual = measurement.options.rounds ?? selection.rounds
        let needed = Dictionary(grouping: rows) { BlockKey(workload: $0.workload, caseLabel: $0.caseLabel) }
            .mapValues { rows in rows.compactMap(\.rounds).max() ?? usual }
        let most = needed.values.max() ?? usual
        var options = measurement.options
        options.rounds = most
        options.schedule.precise = false
        let plan = selection.plan(
            run: RunNames.session("plan"),
            options: options,
            environments: selection.environments,
            seed: 1
        )
        let rounds = plan.schedule().map { round in
            var round = round
            let number = round.number
            round.blocks.removeAll { number > needed[$0.key] ?? usual }
            return round
        }
        let book = DurationBook.load(locations.cache + "/durations.json")
        let estimate = TimeEstimate(plan: plan, rounds: rounds, book: book)
        return Answer(
            halfWidth: target,
            rows: rows,
            rounds: most,
            seconds: estimate.remaining(),
            isInformed: estimate.isInformed
        )
    }

    private func row(_ workload: Workload, _ label: String, _ environment: String, _ calibration: Calibration) -> Row {
        func floor(_ name: String) -> NoiseFloor? {
            calibration.entries.first {
                $0.workload == workload.name && $0.caseLabel == label && $0.environment == name
                    && $0.digest == measurement.catalog.record(of: workload).digest
                    && $0.cpuQuota == measurement.selection.cpuQuota && $0.memory == measurement.selection.memory
            }.map { NoiseFloor($0) }
        }
        let known = [floor(EnvironmentSpec.nativeName), floor(environment)].compactMap { $0 }
        let both = known.first.map { first in known.dropFirst().reduce(first) { NoiseFloor.between($0, $1) } }
        return Row(
            workload: workload.name,
            caseLabel: label,
            environment: environment,
            rounds: both?.rounds(forHalfWidth: log1p(target), alpha: RunAnalysis.alpha),
            isPartial: known.count < 2
        )
    }

    func text() throws -> String {
        let answer = try answer()
        let percent = Figures.short(target * 100)
        var lines = ["intervals of ±\(percent) %:"]
        let widest = answer.rows.map { label($0).count }.max() ?? 0
        let known = answer.rows.filter { $0.rounds != nil }
        for row in known {
            let padding = String(repeating: " ", count: widest - label(row).count + 2)
            let basis = row.isPartial ? "  (the noise of only one of both environments is known)" : ""
            lines.append("  \(label(row))\(padding)about \(row.rounds ?? 0) rounds\(basis)")
        }
        let unknown = answer.rows.filter { $0.rounds == nil }.map { label($0) }
        if !unknown.isEmpty {
            lines.append("not calibrated on this host, so nothing can be said: \(unknown.joined(separator: ", "))")
            lines.append("  'benchrun calibrate' with the same -w and -e finds out")
        }
        if !known.isEmpty {
            let note = answer.isInformed ? "from earlier runs on this host" : "partly a guess"
            lines.append(
                "time: about \(Durations.words(answer.seconds)) (\(note)), each workload with the rounds it needs"
            )
        }
        return lines.joined(separator: "\n")
    }

    private func label(_ row: Row) -> String {
        let workload = row.caseLabel.isEmpty ? row.workload : "\(row.workload) \(row.caseLabel)"
        return "\(workload) in \(row.environment)"
    }
}
