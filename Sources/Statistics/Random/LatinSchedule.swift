/// Orders of the environments within a block, taken from seeded random Latin squares, so that each environment sits
/// equally often in each slot of a full square.
public enum LatinSchedule {
    /// One order per round.
    ///
    /// A square of m environments is `env[p[(r + c) mod m]]` with p and the order of the rows r each a shuffle of
    /// `0..<m`; squares follow one another until there are enough rounds, the last one may be cut.
    ///
    /// - Returns: `rounds` rows with each environment once; empty without environments or rounds.
    public static func rows(environments: [String], rounds: Int, seed: UInt64) -> [[String]] {
        var generator = Xoshiro256(seed: seed)
        return rows(environments: environments, rounds: rounds, using: &generator)
    }

    /// As ``rows(environments:rounds:seed:)`` with a generator that goes on from where the caller left it.
    public static func rows(
        environments: [String],
        rounds: Int,
        using generator: inout Xoshiro256
    ) -> [[String]] {
        let m = environments.count
        var rows: [[String]] = []
        guard m > 0 else { return rows }
        while rows.count < rounds {
            let names = generator.permutation(of: m)
            for row in generator.permutation(of: m) where rows.count < rounds {
                rows.append((0..<m).map { environments[names[(row + $0) % m]] })
            }
        }
        return rows
    }
}
