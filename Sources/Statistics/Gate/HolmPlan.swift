/// Whether a gate over many rows can pass its own multiplicity correction at all.
///
/// The smallest p that m baseline and n candidate rounds can give is 1/C(m + n, n), and Holm multiplies it by the
/// number of rows; where that exceeds the level no slowdown, however large, is a regression, and the gate refuses.
public enum HolmPlan {
    /// Longer runs than this are not proposed.
    private static let most = 10_000

    /// Whether a regression can be found in a row with these rounds.
    ///
    /// - Parameters:
    ///   - baseline: Rounds of the baseline.
    ///   - candidate: Rounds of the candidate.
    ///   - rows: Rows of the whole file.
    ///   - level: The level of Holm, see ``FileGate``.
    public static func canPass(baseline: Int, candidate: Int, rows: Int, level: Double) -> Bool {
        baseline > 0 && candidate > 0 && smallestP(baseline, candidate) * Double(max(1, rows)) <= level
    }

    /// The fewest rounds of the candidate with which a regression can be found against this baseline; nil where no
    /// number up to 10,000 would do.
    public static func candidateRounds(baseline: Int, rows: Int, level: Double) -> Int? {
        guard baseline > 0 else { return nil }
        return (1...most).first { canPass(baseline: baseline, candidate: $0, rows: rows, level: level) }
    }

    /// The fewest rounds, the same in both files, with which a regression can be found; nil where the level is not
    /// positive.
    public static func roundsEach(rows: Int, level: Double) -> Int? {
        guard level > 0 else { return nil }
        return (1...most).first { canPass(baseline: $0, candidate: $0, rows: rows, level: level) }
    }

    /// The fewest rounds of one interleaved run for which Holm over `rows` signed-rank tests can pass: the least n
    /// with rows 2^-n <= level; nil where the level is not positive.
    public static func pairedRounds(rows: Int, level: Double) -> Int? {
        guard level > 0 else { return nil }
        var p = 0.5 * Double(max(1, rows))
        var n = 1
        while p > level {
            p /= 2
            n += 1
        }
        return n
    }

    /// 1/C(m + n, n).
    private static func smallestP(_ m: Int, _ n: Int) -> Double {
        let few = min(m, n)
        let many = max(m, n)
        return (1...few).reduce(1.0) { $0 * Double($1) / Double(many + $1) }
    }
}
