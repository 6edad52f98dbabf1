import ArgumentParser
import BenchrunModel
import Catalog

/// When a run has measured enough, and how its instances live.
struct ScheduleOptions: ParsableArguments {
    @Flag(
        help: """
            Measure until every interval is narrow enough: from 10 to 60 rounds, and for at most 30 min where neither \
            --budget nor the suite says otherwise.
            """
    )
    var precise = false

    @Option(
        help: ArgumentHelp(
            "With --precise: the half-width wanted, such as '5 %', in environments whose file names none.",
            discussion: "Default: the suite's, else 2 %.",
            valueName: "share"
        )
    )
    var halfWidth: String?

    @Option(help: ArgumentHelp("With --precise: the most rounds, instead of 60.", valueName: "n"))
    var maxRounds: Int?

    @Flag(
        help: """
            Keep one instance of each environment for all rounds instead of fresh ones; the results then hold for these \
            instances only.
            """
    )
    var reuseInstances = false

    /// The least rounds of an adaptive run.
    static let leastRounds = 10
    /// The budget of an adaptive run that names none.
    static let preciseBudget = Duration.seconds(30 * 60)

    /// The half-width as a fraction, where one was given.
    var halfWidthFraction: Double? { halfWidth.flatMap { Quantity.fraction($0) } }

    func validate() throws {
        if let halfWidth, Quantity.fraction(halfWidth) == nil {
            throw ValidationError("--half-width takes a percentage such as '5 %', not '\(halfWidth)'")
        }
        if let maxRounds, !(Self.leastRounds...10_000).contains(maxRounds) {
            throw ValidationError("--max-rounds takes a whole number from \(Self.leastRounds) to 10000")
        }
        if !precise, halfWidth != nil || maxRounds != nil {
            throw ValidationError("--half-width and --max-rounds go with --precise")
        }
    }
}

extension Selection {
    /// When a new run of this selection has measured enough.
    func stopping(_ options: MeasureOptions) -> StoppingRule {
        let schedule = options.schedule
        let halfWidth = schedule.halfWidthFraction ?? halfWidth ?? StoppingRule.reportHalfWidth
        guard schedule.precise else { return .fixed(options.rounds ?? rounds, halfWidth: halfWidth) }
        return .adaptive(minimum: ScheduleOptions.leastRounds, maximum: schedule.maxRounds ?? 60, halfWidth: halfWidth)
    }

    /// The time after which a new run of this selection begins no further round; nil is unlimited.
    func budget(_ options: MeasureOptions) -> Duration? {
        options.budgetDuration ?? budget ?? (options.schedule.precise ? ScheduleOptions.preciseBudget : nil)
    }
}
