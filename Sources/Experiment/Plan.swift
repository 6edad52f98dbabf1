public import BenchrunModel
import Statistics

/// What a run is going to do, decided before the first cell: the same plan and seed give the same order everywhere.
public struct Plan: Sendable {
    /// The run.
    public var run: RunID
    /// Seed of the schedule.
    public var seed: UInt64
    /// Number of rounds; where it is adaptive, the most there can be.
    public var rounds: Int
    /// When a pair of environments has been measured enough.
    public var stopping: StoppingRule
    /// Wall time after which no further round begins; nil is unlimited.
    public var budget: Duration?
    /// Workloads, in the order of the suite.
    public var workloads: [Workload]
    /// Usable environments, native first.
    public var environments: [EnvironmentSpec]
    /// True keeps one instance of an environment for all rounds of a session: results are conditional on instance.
    public var reusesInstances = false
    /// Iterations that an earlier session's pilot decided on.
    public var iterations: [BlockKey: Int] = [:]
    /// The environment that the others are compared with, round by round.
    public var reference = EnvironmentSpec.nativeName
    /// In an A/B run, which arm each environment is.
    public var arms: [String: PlanArm] = [:]
    /// What its rows are for: measured, or the confirmation of what looked like a regression.
    public var stage = Stage.measured

    /// Creates a plan.
    /// - Parameter stopping: Nil measures the given number of rounds.
    public init(
        run: RunID,
        seed: UInt64,
        rounds: Int,
        budget: Duration?,
        workloads: [Workload],
        environments: [EnvironmentSpec],
        stopping: StoppingRule? = nil
    ) {
        self.run = run
        self.seed = seed
        self.rounds = rounds
        self.stopping = stopping ?? .fixed(rounds)
        self.budget = budget
        self.workloads = workloads
        self.environments = environments
    }

    /// Every workload in every case: what is measured back to back in all environments of a round.
    public var blocks: [BlockKey] {
        workloads.flatMap { workload in
            workload.cases.map { BlockKey(workload: workload.name, caseLabel: $0.label) }
        }
    }

    /// The same for some of the workloads, in another order and with ``StoppingRule/confirmation``, to confirm what looked
    /// like a regression.
    public func confirmation(of names: [String]) -> Plan {
        var plan = self
        plan.workloads = workloads.filter { names.contains($0.name) }
        plan.stage = .confirmation
        plan.stopping = stopping.confirmation
        plan.environments = environments.map { environment in
            var environment = environment
            environment.halfWidth = environment.halfWidth.map { $0 / 2.0.squareRoot() }
            return environment
        }
        plan.rounds = plan.stopping.mostRounds(environments: environments.count)
        plan.seed = seed &+ 0x9E37_79B9_7F4A_7C15
        return plan
    }

    /// Number of cells in one round.
    public var cellsPerRound: Int { blocks.count * environments.count }

    /// The order of everything, one element a round.
    ///
    /// Each block draws its environment order from its own generator, seeded with the run's seed and the block's
    /// name, so that adding a workload or a round leaves the order of the others as it was.
    public func schedule() -> [RoundPlan] {
        let names = environments.map(\.name)
        let orders = Dictionary(
            uniqueKeysWithValues: blocks.map { block in
                (block, LatinSchedule.rows(environments: names, rounds: rounds, seed: seed ^ block.hash64))
            }
        )
        let launches = LatinSchedule.rows(
            environments: names,
            rounds: rounds,
            seed: seed ^ BlockKey(workload: "launch order", caseLabel: "").hash64
        )
        var generator = Xoshiro256(seed: seed)
        return (0..<rounds).map { round in
            var shuffled = blocks
            generator.shuffle(&shuffled)
            return RoundPlan(
                number: round + 1,
                launchOrder: launches[round],
                blocks: shuffled.map { Block(key: $0, environments: orders[$0]?[round] ?? names) }
            )
        }
    }
}

/// One side of an A/B run.
public struct PlanArm: Sendable, Equatable {
    /// `baseline` or `candidate`, the `arm` in samples.csv.
    public var name: String
    /// A command in the place of the workload's own; nil where both sides execute the same.
    public var command: [String]?

    /// Creates an arm.
    public init(name: String, command: [String]? = nil) {
        self.name = name
        self.command = command
    }

    /// What is compared with.
    public static let baseline = "baseline"
    /// What is judged.
    public static let candidate = "candidate"
}

/// Names a workload in one case.
public struct BlockKey: Sendable, Hashable {
    /// The workload's name.
    public var workload: String
    /// The case's label.
    public var caseLabel: String

    /// Creates a key.
    public init(workload: String, caseLabel: String) {
        self.workload = workload
        self.caseLabel = caseLabel
    }

    /// 64-bit FNV-1a of both names (Fowler, Noll, Vo), stable between processes.
    var hash64: UInt64 {
        "\(workload)\u{0}\(caseLabel)".utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

/// One workload in one case, in all environments, back to back.
public struct Block: Sendable, Equatable {
    /// What is measured.
    public var key: BlockKey
    /// In which order; the index is the slot.
    public var environments: [String]
    /// The earlier round that it measures again, because a cell of that round is invalid; nil in an ordinary round.
    public var replaces: Int?
}

/// The order of one round.
public struct RoundPlan: Sendable, Equatable {
    /// From 1; 0 in a pilot.
    public var number: Int
    /// The order in which instances are launched.
    public var launchOrder: [String]
    /// The blocks in the order of this round.
    public var blocks: [Block]
}
