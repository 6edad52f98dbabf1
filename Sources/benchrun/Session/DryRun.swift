import BenchrunModel
import Experiment
import Host

/// `--dry-run`: what would be measured, in which order, and how long it would take.
struct DryRun {
    let selection: Selection
    let options: MeasureOptions

    /// The plan as JSON.
    struct Answer: Codable {
        var suite: String
        var rounds: Int
        var cells: Int
        var seconds: Double
        /// False where some of it has never been measured on this host, so that its time is a guess.
        var isInformed: Bool
        var workloads: [String]
        var environments: [String]
        /// Environments in the order of the first round, by workload.
        var firstRound: [String]
    }

    func answer() -> Answer {
        let plan = selection.plan(
            run: RunNames.session("plan"),
            options: options,
            environments: selection.environments,
            seed: options.seed ?? 1
        )
        let estimate = TimeEstimate(
            plan: plan,
            book: DurationBook.load(Locations.standard().cache + "/durations.json")
        )
        let first = plan.schedule().first?.blocks.map {
            "\($0.key.workload): \($0.environments.joined(separator: ", "))"
        }
        return Answer(
            suite: selection.suiteName,
            rounds: plan.rounds,
            cells: plan.cellsPerRound * plan.rounds,
            seconds: estimate.remaining(),
            isInformed: estimate.isInformed,
            workloads: plan.workloads.map(\.name),
            environments: plan.environments.map(\.name),
            firstRound: first ?? []
        )
    }

    func text() -> String {
        let answer = answer()
        let note =
            answer.isInformed ? "from earlier runs on this host" : "partly a guess: not all of it was run here before"
        var lines = [
            "suite \(answer.suite): \(answer.workloads.count) workloads in \(answer.environments.count) environments, "
                + "\(answer.rounds) rounds, \(answer.cells) cells",
            "time: about \(Durations.words(answer.seconds)) (\(note)); an image or a daemon that is missing comes on top",
            "first round" + (options.seed == nil ? ", with seed 1 (a run draws its own):" : ":"),
        ]
        lines += answer.firstRound.map { "  \($0)" }
        return lines.joined(separator: "\n")
    }
}

extension Selection {
    /// The plan of this selection in the environments that can be used.
    func plan(run: RunID, options: MeasureOptions, environments: [EnvironmentSpec], seed: UInt64) -> Plan {
        Plan(
            run: run,
            seed: seed,
            rounds: options.rounds ?? rounds,
            budget: options.budgetDuration ?? budget,
            workloads: workloads,
            environments: environments
        )
    }
}
