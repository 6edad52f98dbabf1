import BenchrunModel
import Results
import Statistics

/// Finds out how many iterations a launch is worth, for a workload in one case.
///
/// Launches before the first round give T1, the variance of an iteration inside its launch, and T2, that of a launch
/// (STATISTICS.md, section 1). A run uses the same number of iterations in every environment, so the components are
/// averaged over the environments in relative units, in which they add up in the log of a ratio, and so are the costs.
struct Pilot: Sendable {
    /// Launches of a pilot in each environment.
    static let launches = 4
    /// The most iterations of a pilot's launch.
    static let mostIterations = 4

    /// What one launch of a pilot gave.
    struct Launch: Sendable {
        /// Values of the primary metric, one an iteration.
        var values: [Double]
        /// Seconds of everything but the iterations, with this block's share of what a round shares.
        var overhead: Double
        /// Mean seconds of an iteration.
        var iteration: Double
    }

    let block: BlockKey
    /// The most iterations that may be decided on.
    let maximum: Int
    private var byEnvironment: [String: [Launch]] = [:]

    init(block: BlockKey, maximum: Int) {
        self.block = block
        self.maximum = maximum
    }

    /// Iterations of each launch of the pilot.
    var iterations: Int { min(Self.mostIterations, maximum) }

    /// Takes note of a launch whose iterations all have a value.
    mutating func note(_ launch: Launch, in environment: String) {
        byEnvironment[environment, default: []].append(launch)
    }

    /// Takes note of the rows of a cell.
    /// - Parameter seconds: How long the cell took with everything around it, and its share of the instance's launch.
    mutating func note(_ rows: [Sample], metric: Metric, seconds: Double, in environment: String) {
        let own = rows.filter { $0.stage == .pilot && $0.metric == metric.name }
        let values = own.compactMap(\.value)
        guard values.count == iterations, rows.allSatisfy({ $0.outcome == .ok }) else { return }
        let iterating = own.reduce(0) { $0 + Double($1.duration) / 1e9 }
        note(
            Launch(
                values: values,
                overhead: max(0, seconds - iterating),
                iteration: iterating / Double(values.count)
            ),
            in: environment
        )
    }

    /// What follows: k* within its bounds, the most iterations where T2 is not above 0, and one iteration where no
    /// environment has two whole launches.
    func decision() -> PilotRecord {
        let usable = byEnvironment.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map(\.value)
        let components = usable.compactMap { Self.components($0) }
        var record = PilotRecord(
            workload: block.workload,
            caseLabel: block.caseLabel,
            iterations: 1,
            maximum: maximum,
            launches: usable.reduce(0) { $0 + $1.count }
        )
        guard let mean = VarianceComponents.mean(of: components) else { return record }
        let launch = usable.reduce(0) { $0 + (Summary.mean($1.map(\.overhead)) ?? 0) }
        let iteration = usable.reduce(0) { $0 + (Summary.mean($1.map(\.iteration)) ?? 0) }
        record.iterationVariance = mean.iteration
        record.launchVariance = mean.launch
        record.launchSeconds = launch
        record.iterationSeconds = iteration
        let wanted = mean.optimalIterations(launchCost: launch, iterationCost: iteration)
        record.iterations = min(maximum, wanted ?? maximum)
        return record
    }

    /// Components of values divided by their mean; nil where that is not above 0.
    private static func components(_ launches: [Launch]) -> VarianceComponents? {
        guard let mean = Summary.mean(launches.flatMap(\.values)), mean > 0 else { return nil }
        return VarianceComponents.of(launches.map { launch in launch.values.map { $0 / mean } })
    }
}

extension Plan {
    /// Blocks whose iterations a pilot has to find out.
    var undecided: [BlockKey] {
        workloads.filter { $0.mostIterations != nil && $0.activity == .command }.flatMap { workload in
            workload.cases.map { BlockKey(workload: workload.name, caseLabel: $0.label) }
        }.filter { iterations[$0] == nil }
    }

    /// The launches of a pilot: as rounds, but with the number 0. Environments are ordered as in rounds, from a
    /// generator of their own.
    func pilotSchedule() -> [RoundPlan] {
        let names = environments.map(\.name)
        let blocks = undecided
        func rows(_ key: BlockKey) -> [[String]] {
            let own = BlockKey(workload: "pilot \(key.workload)", caseLabel: key.caseLabel)
            return LatinSchedule.rows(environments: names, rounds: Pilot.launches, seed: seed ^ own.hash64)
        }
        let launches = rows(BlockKey(workload: "launch order", caseLabel: ""))
        let orders = blocks.map(rows)
        guard !blocks.isEmpty, launches.count == Pilot.launches else { return [] }
        return (0..<Pilot.launches).map { launch in
            RoundPlan(
                number: 0,
                launchOrder: launches[launch],
                blocks: zip(blocks, orders).map { Block(key: $0, environments: $1[launch]) }
            )
        }
    }
}
