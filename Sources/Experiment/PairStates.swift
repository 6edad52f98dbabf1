import BenchrunModel
import Statistics

/// The state of all pairs of a run, a pure function of what was measured: a resumed run gets it from samples.csv.
struct PairStates: Sendable, Equatable {
    /// Every block in every environment but native, in the order of the plan.
    private(set) var all: [PairState]
    private let rule: StoppingRule
    private let reference: String
    private let environments: [String]
    private let metrics: [BlockKey: Metric]

    /// The pairs of a plan after everything in `progress`.
    init(plan: Plan, progress: RunProgress) {
        rule = plan.stopping
        reference = plan.reference
        environments = plan.environments.map(\.name)
        let primary = plan.workloads.flatMap { workload in
            workload.cases.compactMap { item in
                workload.metrics.first.map { (BlockKey(workload: workload.name, caseLabel: item.label), $0) }
            }
        }
        metrics = Dictionary(primary) { first, _ in first }
        // Operations of engines have nothing native to be precise about.
        let operations = Set(plan.workloads.filter { $0.activity.operation != nil }.map(\.name))
        all = plan.blocks.filter { !operations.contains($0.workload) }.flatMap { block in
            plan.environments.filter { $0.name != plan.reference }.map {
                PairState(block: block, environment: $0.name, target: plan.stopping.target(of: $0))
            }
        }
        update(with: progress)
    }

    /// Whether a block is measured in a round, as far as can be said before it: a workload leaves when all its pairs
    /// are closed, and only at the boundary of a Latin square.
    func isScheduled(_ block: BlockKey, in round: Int) -> Bool {
        lastRound(of: block).map { round <= $0 } ?? true
    }

    /// The last round of a block; nil while a pair of its workload is open, in whichever case: a workload's cases stay
    /// together, since its figure in the suite needs all of them.
    func lastRound(of block: BlockKey) -> Int? {
        let own = all.filter { $0.block.workload == block.workload }
        let closings = own.compactMap(\.closing)
        guard closings.count == own.count else { return nil }
        // Where native is alone there is nothing to be precise about.
        let last = closings.map(\.round).max() ?? rule.minimum
        return rule.boundary(after: last, environments: environments.count)
    }

    /// Takes note of what was measured since.
    /// - Returns: the pairs that are closed now and were open before.
    @discardableResult
    mutating func update(with progress: RunProgress) -> [PairState] {
        var closed: [PairState] = []
        for index in all.indices {
            let state = all[index]
            guard let metric = metrics[state.block] else { continue }
            let ratios = progress.pairs.ratios(of: state.block, metric, in: state.environment)
            let d = ratios.map(\.logRatio)
            all[index].rounds = d.count
            all[index].halfWidth = HodgesLehmann.oneSample(d, alpha: rule.alpha)?.halfWidth
            all[index].needed = RoundsNeeded.forHalfWidth(state.target, observed: d, alpha: rule.alpha)
            guard state.closing == nil else { continue }
            // Rounds that were measured, with or without a value; of other environments they need to know nothing.
            let rounds = progress.completeRounds(of: state.block, in: [reference, state.environment])
            all[index].closing = closing(ratios, rounds, target: state.target)
            if all[index].closing != nil { closed.append(all[index]) }
        }
        return closed
    }

    /// The first round at which the rule closes a pair.
    private func closing(
        _ ratios: [(round: Int, logRatio: Double)],
        _ rounds: [Int],
        target: Double
    ) -> PairState.Closing? {
        for round in rounds {
            let d = ratios.prefix { $0.round <= round }.map(\.logRatio)
            if let reason = rule.reason(after: d, round: round, target: target) {
                return PairState.Closing(round: round, reason: reason)
            }
        }
        return nil
    }

    /// Closes the pairs of an environment that is lost.
    /// - Returns: the pairs that were open before.
    mutating func lose(_ environment: String, after round: Int) -> [PairState] {
        close(where: { $0.environment == environment }, after: round, .unavailable)
    }

    /// Closes what is still open at the end of a session; a resumed run opens it again.
    mutating func end(_ ending: SessionEnding, after round: Int) {
        let reason: StopReason =
            switch ending {
            case .completed: rule.mode == .fixed ? .fixed : .maximum
            case .budget: .budget
            case .interrupted: .interrupted
            case .failed: .failed
            }
        _ = close(where: { _ in true }, after: round, reason)
    }

    private mutating func close(
        where isMeant: (PairState) -> Bool,
        after round: Int,
        _ reason: StopReason
    ) -> [PairState] {
        all.indices.compactMap { index in
            guard all[index].closing == nil, isMeant(all[index]) else { return nil }
            all[index].closing = PairState.Closing(round: round, reason: reason)
            return all[index]
        }
    }

    /// Rounds of a block that are worth measuring again, because a guard found a cell of theirs invalid: not those of
    /// pairs that are precise without them.
    func invalidRounds(of block: BlockKey, in progress: RunProgress) -> [Int] {
        guard let metric = metrics[block] else { return [] }
        let open = all.filter { state in
            guard let reason = state.closing?.reason else { return state.block == block }
            return state.block == block && reason != .precision && reason != .unavailable
        }
        return Set(open.flatMap { progress.pairs.invalidRounds(of: block, metric, in: $0.environment) }).sorted()
    }
}
