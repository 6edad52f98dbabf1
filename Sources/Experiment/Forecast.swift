import BenchrunModel

/// What is likely to be left of a run whose number of rounds is not known before it ends.
public enum Forecast {
    /// The rounds that are likely to be measured: each workload until the last of its pairs is likely to be closed. The
    /// launches of a pilot come before them, as one round with the number 0.
    ///
    /// A pair of which nothing is known yet is taken to need the most rounds there can be: the time left is then more
    /// than it will turn out to be, and not less.
    ///
    /// - Parameters:
    ///   - states: The pairs as they are now.
    ///   - progress: What earlier sessions have measured, which is left out.
    public static func rounds(of plan: Plan, states: [PairState], progress: RunProgress) -> [RoundPlan] {
        let names = plan.environments.map(\.name)
        let last = Dictionary(uniqueKeysWithValues: plan.blocks.map { ($0, lastRound(of: $0, plan, states)) })
        let pilot = plan.pilotSchedule().flatMap(\.blocks)
        let launches = pilot.isEmpty ? [] : [RoundPlan(number: 0, launchOrder: names, blocks: pilot)]
        return launches
            + plan.schedule().compactMap { round in
                var left = round
                left.blocks.removeAll { block in
                    round.number > last[block.key] ?? 0
                        || progress.isComplete(
                            RunProgress.Key(round: round.number, block: block.key),
                            environments: names
                        )
                }
                return left.blocks.isEmpty ? nil : left
            }
    }

    private static func lastRound(of block: BlockKey, _ plan: Plan, _ states: [PairState]) -> Int {
        let rule = plan.stopping
        let own = states.filter { $0.block.workload == block.workload }.map { state in
            state.closing?.round ?? min(max(state.needed ?? rule.maximum, rule.minimum), rule.maximum)
        }
        return rule.boundary(after: own.max() ?? rule.minimum, environments: plan.environments.count)
    }
}
