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
        /// The most rounds and cells there can be.
        var rounds: Int
        var cells: Int
        /// The least rounds; where it is less than the most, precision decides.
        var leastRounds: Int
        /// Wanted half-width by environment, as a fraction.
        var halfWidths: [String: Double]
        /// For the most rounds, or until no further one begins because the budget is spent.
        var seconds: Double
        /// For the least rounds.
        var leastSeconds: Double
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
        let book = DurationBook.load(Locations.standard().cache + "/durations.json")
        let estimate = TimeEstimate(plan: plan, book: book)
        let least = TimeEstimate(
            plan: plan,
            rounds: Forecast.rounds(of: plan, states: [], progress: RunProgress()),
            book: book
        )
        let budget = plan.budget.map { $0 / .seconds(1) }
        let first = plan.schedule().first?.blocks.map {
            "\($0.key.workload): \($0.environments.joined(separator: ", "))"
        }
        return Answer(
            suite: selection.suiteName,
            rounds: plan.rounds,
            cells: plan.cellsPerRound * plan.rounds,
            leastRounds: plan.stopping.minimum,
            halfWidths: Dictionary(
                uniqueKeysWithValues: plan.environments.filter { $0.name != EnvironmentSpec.nativeName }
                    .map { ($0.name, plan.stopping.target(of: $0)) }
            ),
            seconds: estimate.remaining(budget: budget),
            leastSeconds: least.remaining(budget: budget),
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
        let isAdaptive = answer.leastRounds < answer.rounds
        let rounds = isAdaptive ? "\(answer.leastRounds) to \(answer.rounds) rounds" : "\(answer.rounds) rounds"
        let time = isAdaptive ? "from \(Durations.words(answer.leastSeconds)) to " : "about "
        var lines = [
            "suite \(answer.suite): \(answer.workloads.count) workloads in \(answer.environments.count) environments, "
                + "\(rounds), \(isAdaptive ? "at most " : "")\(answer.cells) cells",
            "time: \(time)\(Durations.words(answer.seconds)) (\(note)); an image or a daemon that is missing comes on "
                + "top",
            "first round" + (options.seed == nil ? ", with seed 1 (a run draws its own):" : ":"),
        ]
        if isAdaptive {
            let widths = answer.halfWidths.sorted { $0.key < $1.key }.map { "\($0.key) \(PairLine.width($0.value))" }
            lines.insert("until the intervals are at most: \(widths.joined(separator: ", "))", at: 1)
        }
        lines += answer.firstRound.map { "  \($0)" }
        return lines.joined(separator: "\n")
    }
}

extension Selection {
    /// The plan of this selection in the environments that can be used.
    func plan(run: RunID, options: MeasureOptions, environments: [EnvironmentSpec], seed: UInt64) -> Plan {
        let rule = stopping(options)
        var plan = Plan(
            run: run,
            seed: seed,
            rounds: rule.mostRounds(environments: environments.count),
            budget: budget(options),
            workloads: workloads,
            environments: environments,
            stopping: rule
        )
        plan.reusesInstances = options.schedule.reuseInstances
        return plan
    }
}
