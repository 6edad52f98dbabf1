import BenchrunModel
import Results

/// Samples gathered into launches while they are read; of an iteration only its value stays.
struct LaunchTable {
    /// Names one series.
    struct Key: Hashable {
        var workload: String
        var caseLabel: String
        var metric: String
        var environment: String
    }

    /// One attempt at a round's block: its values are compared with each other only.
    struct Take: Hashable, Comparable {
        var session: Int
        var attempt: Int

        static func < (a: Take, b: Take) -> Bool { (a.session, a.attempt) < (b.session, b.attempt) }
    }

    /// One attempt at a cell, for one metric.
    private struct Attempt {
        private var values: [Double] = []
        private var isBroken = false

        /// Values of its measured iterations in order; nil where one of them has none.
        var iterations: [Double]? { isBroken || values.isEmpty ? nil : values }

        /// Mean of its iterations; nil where one of them has no value.
        var value: Double? { iterations.map { $0.reduce(0, +) / Double($0.count) } }

        /// Takes a row of this attempt.
        mutating func take(_ sample: Sample) {
            if sample.outcome == .ok, let value = sample.value {
                values.append(value)
            } else {
                isBroken = true
            }
        }
    }

    /// One attempt at a workload and case in one round.
    struct BlockPlace: Hashable {
        var workload: String
        var caseLabel: String
        var round: Int
        var take: Take
    }

    private struct FailureKey: Hashable {
        var environment: String
        var workload: String
        var caseLabel: String
        var outcome: Outcome
        var reason: String
    }

    private struct Failure {
        var count = 0
        var rounds: Set<Int> = []
        var lastExecution: Execution?
    }

    /// Tells the rows of one execution, one for each metric, from those of the next.
    private struct Execution: Equatable {
        var cell: String
        var attempt: Int
        var iteration: Int
        var stage: Stage
    }

    /// What was odd about the rows, one sentence each.
    var notes: [String] = []
    /// Rounds with a measured value.
    private(set) var rounds: Set<Int> = []

    private let run: RunID
    private let environments: Set<String>
    private let workloads: Set<String>
    private var series: [Key: [Int: [Take: Attempt]]] = [:]
    private var slots: [BlockPlace: [Int: String]] = [:]
    private var failures: [FailureKey: Failure] = [:]
    private var failureOrder: [FailureKey] = []
    private var strangers: [String: Int] = [:]

    /// An empty table for a run.
    init(manifest: RunManifest) {
        run = manifest.run
        environments = Set(manifest.environments.map(\.spec.name))
        workloads = Set(manifest.workloads.map(\.name))
    }

    /// Takes one row.
    mutating func add(_ sample: Sample) {
        if let stranger = stranger(sample) {
            strangers[stranger, default: 0] += 1
            return
        }
        if sample.outcome != .ok { addFailure(sample) }
        guard sample.stage == .measured else { return }
        let take = Take(session: sample.session, attempt: sample.attempt)
        let place = BlockPlace(
            workload: sample.workload,
            caseLabel: sample.caseLabel,
            round: sample.round,
            take: take
        )
        slots[place, default: [:]][sample.slot] = sample.environment
        let key = Key(
            workload: sample.workload,
            caseLabel: sample.caseLabel,
            metric: sample.metric,
            environment: sample.environment
        )
        if sample.outcome == .ok { rounds.insert(sample.round) }
        series[key, default: [:]][sample.round, default: [:]][take, default: Attempt()].take(sample)
    }

    /// The launches of a series by round, then by session and attempt, and only where every measured iteration is ok.
    /// To leave out the iteration that timed out would make a slow launch look fast.
    func launches(_ key: Key) -> [Int: [Take: Double]] {
        (series[key] ?? [:]).compactMapValues { takes in
            let values = takes.compactMapValues(\.value)
            return values.isEmpty ? nil : values
        }
    }

    /// Whether any metric of a workload has a value in an environment.
    func hasValues(of workload: String, _ caseLabel: String, in environment: String) -> Bool {
        series.contains { key, rounds in
            key.workload == workload && key.caseLabel == caseLabel && key.environment == environment
                && rounds.values.contains { $0.values.contains { $0.value != nil } }
        }
    }

    /// Values of the measured iterations of a series' launches in the order of the rounds, the latest of each round.
    func iterations(_ key: Key) -> [[Double]] {
        (series[key] ?? [:]).sorted { $0.key < $1.key }.compactMap { _, takes in
            takes.compactMapValues(\.iterations).max { $0.key < $1.key }?.value
        }
    }

    /// The attempt at a round whose launches of both series are compared: the latest that has both.
    func latest(of one: Key, and other: Key, round: Int) -> Take? {
        guard let base = series[one]?[round], let own = series[other]?[round] else { return nil }
        return own.keys.filter { own[$0]?.value != nil && base[$0]?.value != nil }.max()
    }

    /// Which environment ran right before this one in its block: empty for the first; nil where the rows do not tell.
    func predecessor(of environment: String, in place: BlockPlace) -> String? {
        guard let order = slots[place], let slot = order.first(where: { $0.value == environment })?.key else {
            return nil
        }
        return slot == 0 ? "" : order[slot - 1]
    }

    /// Whether there is any row of a workload in an environment, of a cell that failed too.
    func hasRows(of workload: String, in environment: String) -> Bool {
        series.keys.contains { $0.workload == workload && $0.environment == environment }
            || failures.keys.contains { $0.workload == workload && $0.environment == environment }
    }

    /// What failed, in the order of its first row.
    func failureSummaries(hasValue: (FailureSummary, _ round: Int) -> Bool) -> [FailureSummary] {
        failureOrder.compactMap { key in
            guard let failure = failures[key] else { return nil }
            var summary = FailureSummary(
                environment: key.environment,
                workload: key.workload,
                caseLabel: key.caseLabel,
                outcome: key.outcome,
                reason: key.reason,
                count: failure.count,
                rounds: failure.rounds.sorted(),
                lostRounds: []
            )
            summary.lostRounds = summary.rounds.filter { !hasValue(summary, $0) }
            return summary
        }
    }

    /// Sentences about rows that were left out, after all rows were added.
    var strangerNotes: [String] {
        strangers.sorted { $0.key < $1.key }.map { "samples.csv: \($0.value) rows \($0.key) and were left out" }
    }

    private func stranger(_ sample: Sample) -> String? {
        if sample.run != run { return "belong to run '\(sample.run)'" }
        if !environments.contains(sample.environment) {
            return "name the environment '\(Printable.line(sample.environment, limit: 60))', which run.json does not"
        }
        if !workloads.contains(sample.workload) {
            return "name the workload '\(Printable.line(sample.workload, limit: 60))', which run.json does not"
        }
        return sample.arm.isEmpty ? nil : "belong to an A/B comparison"
    }

    private mutating func addFailure(_ sample: Sample) {
        let key = FailureKey(
            environment: sample.environment,
            workload: sample.workload,
            caseLabel: sample.caseLabel,
            outcome: sample.outcome,
            reason: sample.reason
        )
        let execution = Execution(
            cell: sample.cell,
            attempt: sample.attempt,
            iteration: sample.iteration,
            stage: sample.stage
        )
        if failures[key] == nil { failureOrder.append(key) }
        var failure = failures[key] ?? Failure()
        failure.rounds.insert(sample.round)
        if failure.lastExecution != execution { failure.count += 1 }
        failure.lastExecution = execution
        failures[key] = failure
    }
}
