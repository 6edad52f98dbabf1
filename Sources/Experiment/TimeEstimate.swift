import BenchrunModel

/// How long cells of earlier runs took, so that a plan can say how long it will take before it begins.
public struct DurationBook: Sendable, Codable, Equatable {
    /// Seconds by `workload|case|environment`.
    public var cells: [String: Double]
    /// Seconds by environment that a round needs to launch and remove its instance.
    public var launches: [String: Double]

    /// Creates a book.
    public init(cells: [String: Double] = [:], launches: [String: Double] = [:]) {
        self.cells = cells
        self.launches = launches
    }

    static func key(_ block: BlockKey, _ environment: String) -> String {
        "\(block.workload)|\(block.caseLabel)|\(environment)"
    }
}

/// Predicts what is left of a run from what its cells have taken so far, earlier runs, and, last, a guess.
public struct TimeEstimate: Sendable {
    private var rounds: [RoundPlan]
    private let needsInstances: Bool
    private let environments: [String]
    private var book: DurationBook
    private var seen: [String: (total: Double, count: Int)] = [:]
    private var seenLaunches: [String: (total: Double, count: Int)] = [:]
    private var doneInRound: [Int: Int] = [:]

    /// Creates an estimate for the rounds that are left.
    public init(plan: Plan, rounds: [RoundPlan]? = nil, book: DurationBook) {
        self.rounds = rounds ?? plan.schedule()
        self.environments = plan.environments.map(\.name)
        self.needsInstances = plan.workloads.contains { $0.activity == .command }
        self.book = book
    }

    /// Replaces the rounds that are left, now that more is known about them.
    public mutating func expect(_ rounds: [RoundPlan]) {
        self.rounds = rounds
    }

    /// Takes note of a finished cell.
    public mutating func finished(_ cell: CellSummary) {
        doneInRound[cell.round, default: 0] += 1
        // A cell of a pilot has other iterations than those that count.
        guard cell.round > 0 else { return }
        let key = DurationBook.key(cell.block, cell.environment)
        let old = seen[key] ?? (0, 0)
        seen[key] = (old.total + Double(cell.duration) / 1e9, old.count + 1)
    }

    /// Takes note of a launch for a round.
    public mutating func launched(_ environment: String, seconds: Double) {
        let old = seenLaunches[environment] ?? (0, 0)
        seenLaunches[environment] = (old.total + seconds, old.count + 1)
    }

    /// Cells not yet done.
    public var cellsLeft: Int {
        rounds.reduce(0) { sum, round in
            let cells = round.blocks.reduce(0) { $0 + $1.environments.count }
            return sum + max(0, cells - (doneInRound[round.number] ?? 0))
        }
    }

    /// Seconds that the cells and launches not yet done will take.
    /// - Parameter budget: Seconds after which no further round begins; nil is unlimited.
    public func remaining(budget: Double? = nil) -> Double {
        var seconds = 0.0
        for round in rounds {
            let cells = round.blocks.flatMap { block in block.environments.map { (block.key, $0) } }
            let done = doneInRound[round.number] ?? 0
            guard done < cells.count else { continue }
            if let budget, done == 0, seconds >= budget { break }
            seconds += cells.dropFirst(done).reduce(0) { $0 + expected($1.0, $1.1) }
            if done == 0, needsInstances { seconds += environments.reduce(0) { $0 + expectedLaunch($1) } }
        }
        return seconds
    }

    /// True once every cell that is left has been measured at least once in this session or an earlier run.
    public var isInformed: Bool {
        rounds.allSatisfy { round in
            round.blocks.allSatisfy { block in
                block.environments.allSatisfy {
                    let key = DurationBook.key(block.key, $0)
                    return seen[key] != nil || book.cells[key] != nil
                }
            }
        }
    }

    /// The book with what was learnt in this session.
    public var learnt: DurationBook {
        var result = book
        for (key, value) in seen { result.cells[key] = value.total / Double(value.count) }
        for (key, value) in seenLaunches { result.launches[key] = value.total / Double(value.count) }
        return result
    }

    private func expected(_ block: BlockKey, _ environment: String) -> Double {
        let key = DurationBook.key(block, environment)
        if let value = seen[key] { return value.total / Double(value.count) }
        if let value = book.cells[key] { return value }
        // Nothing known: cells are made to take about a second; an emulated guest needs several.
        return environment.contains("tcg") ? 6 : 2
    }

    private func expectedLaunch(_ environment: String) -> Double {
        if let value = seenLaunches[environment] { return value.total / Double(value.count) }
        if let value = book.launches[environment] { return value }
        return environment.hasPrefix("libvirt") ? 6 : 1
    }
}
