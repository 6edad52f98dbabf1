/// p-values by seeded resampling: permutations of what was observed, or draws from a model of clean noise.
///
/// p = (exceedances + 1)/(R + 1), which is valid for every R (Davison and Hinkley, 1997, section 4.2). A p above the
/// level need not be known: it is given as 1 as soon as it is certain, so that a clean series costs few draws.
struct ResampledTest: Sendable {
    /// R.
    let draws: Int
    /// p-values up to this one are told apart.
    let level: Double

    /// Enough draws that one of `tests` tests can be significant after Holm, also with one exceedance.
    init(tests: Int, level: Double) {
        draws = max(999, Int((2 * Double(max(1, tests)) / level).rounded(.up)))
        self.level = level
    }

    /// The p-value of a statistic of which `exceeds` draws once more and says whether it reaches the observed one.
    func p(_ exceeds: () -> Bool) -> Double {
        let most = Int((level * Double(draws + 1)).rounded(.down)) - 1
        var exceedances = 0
        for _ in 0..<draws where exceeds() {
            exceedances += 1
            if exceedances > most { return 1 }
        }
        return Double(exceedances + 1) / Double(draws + 1)
    }
}
