import BenchrunModel
import Results

/// The order of everything: pilot, rounds until each pair is closed, replacement of invalid cells.
extension Experiment {
    /// Replacement rounds of a session: every workload whose cells were found invalid is measured again so often.
    ///
    /// A replacement measures the whole block again, in the order of the round that it replaces and with that round's
    /// number, as a further attempt: then each environment still sits equally often in each slot, values of one attempt
    /// are compared with each other only, and analysing takes the latest attempt in which both sides are sound. What is
    /// still invalid after that many stays so; to go on would turn a noisy host into an endless run.
    static let replacementRounds = 2

    /// Measures until nothing is left to do, the budget is spent or the task is cancelled.
    func measure() async -> SessionEnding {
        let rounds = setup.plan.schedule()
        let left = rounds.compactMap { remaining(of: $0) }
        guard !left.isEmpty || !replacements(of: rounds, except: [:]).isEmpty else { return .completed }
        let pilot = setup.plan.pilotSchedule()
        let cells = (pilot + left).reduce(0) { $0 + $1.blocks.reduce(0) { $0 + $1.environments.count } }
        let numbers = left.map(\.number)
        setup.onEvent(.began(cells: cells, rounds: (numbers.first ?? 1)...(numbers.last ?? setup.plan.rounds)))
        await tellPairs()
        let began = setup.host.now()
        do {
            if try await measurePilot(pilot, since: began) == .budget { return .budget }
            for round in rounds {
                guard let left = remaining(of: round) else { continue }
                if isBudgetSpent(since: began) { return .budget }
                setup.onEvent(.round(round.number, of: setup.plan.rounds))
                try await measure(left)
                if let failure = await closePairs(after: round.number) { return failure }
            }
            return try await replaceInvalid(rounds, since: began)
        } catch is CancellationError {
            return .interrupted
        } catch {
            return Task.isCancelled ? .interrupted : .failed("\(error)")
        }
    }

    private func isBudgetSpent(since began: UInt64) -> Bool {
        guard let budget = setup.plan.budget else { return false }
        return Duration.nanoseconds(Int64(setup.host.now() - began)) >= budget
    }

    /// What is left to do of a round; nil where that is nothing.
    private func remaining(of round: RoundPlan) -> RoundPlan? {
        let names = setup.plan.environments.map(\.name)
        var left = round
        left.blocks.removeAll { block in
            let key = RunProgress.Key(round: round.number, block: block.key)
            let able = able(names, to: block.key)
            return !states.isScheduled(block.key, in: round.number) || progress.isComplete(key, environments: able)
        }
        for index in left.blocks.indices {
            left.blocks[index].environments = able(left.blocks[index].environments, to: left.blocks[index].key)
        }
        return left.blocks.isEmpty ? nil : left
    }

    // MARK: A round

    private func measure(_ round: RoundPlan) async throws {
        launchFailures = [:]
        if round.blocks.contains(where: { workload($0.key)?.activity == .command }) {
            for environment in round.launchOrder where lost[environment] == nil {
                try Task.checkCancellation()
                // With --reuse-instances it is there already, unless it broke.
                if await pool.instance(of: environment) != nil { continue }
                if refusalOfCommands(in: environment) != nil { continue }
                await launch(environment, round: round.number)
            }
        }
        for block in round.blocks {
            let number = block.replaces ?? round.number
            let attempt = progress.attempts(RunProgress.Key(round: number, block: block.key)) + 1
            for (slot, environment) in block.environments.enumerated() {
                try Task.checkCancellation()
                try await measure(block.key, in: environment, slot: slot, round: number, attempt: attempt)
            }
        }
        if !setup.plan.reusesInstances { await removeInstances() }
    }

    /// A block's workload, with the iterations that its pilot decided on, or with those of the pilot.
    func workload(_ key: BlockKey) -> Workload? {
        guard var workload = setup.plan.workloads.first(where: { $0.name == key.workload }) else { return nil }
        workload.iterations = pilots[key]?.iterations ?? iterations[key] ?? workload.iterations
        return workload
    }

    // MARK: Pilot

    private func measurePilot(_ launches: [RoundPlan], since began: UInt64) async throws -> SessionEnding? {
        guard !launches.isEmpty else { return nil }
        for block in setup.plan.undecided {
            guard let maximum = workload(block)?.mostIterations else { continue }
            pilots[block] = Pilot(block: block, maximum: maximum)
        }
        for (index, launch) in launches.enumerated() {
            if isBudgetSpent(since: began) { return .budget }
            setup.onEvent(.pilot(launch: index + 1, of: launches.count))
            try await measure(launch)
        }
        for pilot in setup.plan.undecided.compactMap({ pilots[$0] }) {
            let record = pilot.decision()
            iterations[pilot.block] = record.iterations
            setup.onEvent(.decided(record))
            await setup.onSchedule(.pilot(record))
        }
        pilots = [:]
        return nil
    }

    /// Takes note of a cell of a pilot.
    func notePilot(_ rows: [Sample], of cell: Cell, seconds: Double) {
        guard cell.stage == .pilot, let metric = cell.workload.metrics.first else { return }
        let sharing = setup.plan.workloads.filter { $0.activity == .command }.reduce(0) { $0 + $1.cases.count }
        let share = (launchSeconds[cell.environment] ?? 0) / Double(max(1, sharing))
        pilots[cell.block]?.note(rows, metric: metric, seconds: seconds + share, in: cell.environment)
    }

    // MARK: Pairs

    /// Looks at every pair after a round.
    /// - Returns: why the session cannot go on; nil where it can.
    private func closePairs(after round: Int) async -> SessionEnding? {
        var closed = states.update(with: progress)
        if setup.plan.stopping.mode == .adaptive {
            closed += loseEnvironments(after: round)
            for state in closed { setup.onEvent(.closed(state)) }
        }
        await tellPairs()
        let names = setup.plan.environments.map(\.name)
        if names.allSatisfy({ lost[$0] != nil }) {
            return .failed("no environment can be used any more: \(lost.values.sorted().joined(separator: "; "))")
        }
        guard setup.plan.stopping.mode == .adaptive, let reason = lost[setup.plan.reference] else { return nil }
        return .failed("\(setup.plan.reference) cannot be used any more, so that nothing can be compared: \(reason)")
    }

    /// Closes the pairs of environments that cannot be used any more.
    @discardableResult
    private func loseEnvironments(after round: Int) -> [PairState] {
        lost.keys.sorted().flatMap { states.lose($0, after: round) }
    }

    private func tellPairs() async {
        setup.onEvent(.pairs(states.all))
        await setup.onSchedule(.pairs(states.all.map(\.record)))
    }

    /// Records why pairs that are still open go on no longer; not said when nothing was left to do.
    func recordEnd(_ ending: SessionEnding) async {
        let names = setup.plan.environments.map(\.name)
        let last = setup.plan.blocks.flatMap { progress.completeRounds(of: $0, in: names) }.max() ?? 0
        loseEnvironments(after: last)
        states.end(ending, after: last)
        let records = states.all.map(\.record)
        let onSchedule = setup.onSchedule
        await uncancelled { await onSchedule(.pairs(records)) }
    }

    // MARK: Replacements

    private func replaceInvalid(_ rounds: [RoundPlan], since began: UInt64) async throws -> SessionEnding {
        var done: [BlockKey: Set<Int>] = [:]
        loseEnvironments(after: setup.plan.rounds)
        for _ in 0..<Self.replacementRounds {
            let blocks = replacements(of: rounds, except: done)
            guard let first = blocks.first, let round = rounds.first(where: { $0.number == first.replaces }) else {
                break
            }
            if isBudgetSpent(since: began) { return .budget }
            for block in blocks { done[block.key, default: []].formUnion([block.replaces].compactMap { $0 }) }
            setup.onEvent(.replacing(blocks))
            try await measure(RoundPlan(number: round.number, launchOrder: round.launchOrder, blocks: blocks))
            states.update(with: progress)
            await tellPairs()
        }
        return .completed
    }

    /// Of each block the first round with an invalid cell that has not been measured again yet, then those that were
    /// and are still invalid.
    private func replacements(of rounds: [RoundPlan], except done: [BlockKey: Set<Int>]) -> [Block] {
        setup.plan.blocks.compactMap { key in
            let invalid = states.invalidRounds(of: key, in: progress)
            let fresh = invalid.first { !(done[key] ?? []).contains($0) }
            guard let number = fresh ?? invalid.first,
                var block = rounds.first(where: { $0.number == number })?.blocks.first(where: { $0.key == key })
            else { return nil }
            block.replaces = number
            return block
        }
    }
}
