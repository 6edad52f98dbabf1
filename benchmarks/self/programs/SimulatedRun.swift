import Glibc
import Statistics

/// One made-up run as the flags of series see it: workloads in native and three environments, lognormal noise, orders
/// from Latin squares, three iterations a launch. A fault may be put into one row.
struct SimulatedRun {
    /// Rounds.
    var rounds = 30
    /// Workloads.
    var workloads = 10
    /// Standard deviation of a launch on the log scale.
    var noise = 0.03

    private static let environments = ["native", "docker", "podman", "libvirt-tcg"]
    private static let delta = 0.05

    /// A row with something wrong, its size relative to the noise of a round's ratio.
    struct Fault: Sendable {
        var flag: SeriesFlag
        var name: String
        /// Changes the values of one row; `order` says what ran right before it in each round.
        var apply: @Sendable (_ row: inout Row, _ spread: Double, _ generator: inout Xoshiro256) -> Void
    }

    /// One row before its ratios are taken, on the log scale.
    struct Row {
        var native: [Double]
        var environment: [Double]
        var iterations: [[Double]]
        var predecessors: [String]
    }

    /// All series of a run; the fault is in the first.
    func series(_ generator: inout Xoshiro256, fault: Fault? = nil) -> [RoundSeries] {
        (0..<workloads).flatMap { workload -> [RoundSeries] in
            let orders = LatinSchedule.rows(
                environments: Self.environments,
                rounds: rounds,
                using: &generator
            )
            let native = generator.normals(rounds).map { $0 * noise }
            return Self.environments.dropFirst().enumerated().map { index, name in
                var row = Row(
                    native: native,
                    environment: generator.normals(rounds).map { $0 * noise },
                    iterations: (0..<rounds).map { _ in generator.normals(3).map { $0 * noise } },
                    predecessors: orders.map { Self.predecessor(of: name, in: $0) }
                )
                if let fault, workload == 0, index == 0 {
                    fault.apply(&row, noise * 2.0.squareRoot(), &generator)
                }
                return RoundSeries(
                    logRatios: zip(row.environment, row.native).map { $0 - $1 },
                    native: row.native.map { exp($0) },
                    environment: row.environment.map { exp($0) },
                    predecessors: row.predecessors,
                    nativePredecessors: orders.map { Self.predecessor(of: "native", in: $0) },
                    steadiness: Steadiness.differences(row.iterations.map { $0.map { exp($0) } }) ?? [],
                    delta: Self.delta
                )
            }
        }
    }

    private static func predecessor(of name: String, in order: [String]) -> String {
        guard let slot = order.firstIndex(of: name), slot > 0 else { return "" }
        return order[slot - 1]
    }

    /// Faults of the size that the flags promise to find in 30 rounds.
    static let faults: [Fault] = [
        Fault(flag: .drift, name: "drift: a trend of 5 standard deviations over the run") { row, spread, _ in
            let last = Double(row.environment.count - 1)
            for round in row.environment.indices { row.environment[round] += 5 * spread * Double(round) / last }
        },
        Fault(flag: .drift, name: "drift: a wave of 15 rounds, 4 standard deviations high") { row, spread, _ in
            for round in row.environment.indices {
                row.environment[round] += 4 * spread * sin(2 * Double.pi * Double(round) / 15)
            }
        },
        Fault(flag: .clustered, name: "clustered: 4 in 10 rounds 8 standard deviations up") { row, spread, generator in
            var rounds = Array(row.environment.indices)
            generator.shuffle(&rounds)
            for round in rounds.prefix(row.environment.count * 4 / 10) { row.environment[round] += 8 * spread }
        },
        Fault(flag: .notSteady, name: "not-steady: the last iteration 10 % slower than the first") { row, _, _ in
            for launch in row.iterations.indices { row.iterations[launch][2] += log(1.1) }
        },
        Fault(flag: .outliers, name: "outliers: one round 12 standard deviations up") { row, spread, generator in
            row.environment[generator.below(row.environment.count)] += 12 * spread
        },
        Fault(flag: .tailDominated, name: "tail-dominated: 1 in 10 rounds costs 3 times as much") { row, _, generator in
            var rounds = Array(row.environment.indices)
            generator.shuffle(&rounds)
            for round in rounds.prefix(row.environment.count / 10) { row.environment[round] += log(3) }
        },
        Fault(flag: .predecessor, name: "predecessor: 5 standard deviations up after libvirt-tcg") { row, spread, _ in
            for round in row.environment.indices where row.predecessors[round] == "libvirt-tcg" {
                row.environment[round] += 5 * spread
            }
        },
    ]
}
