import Foundation
import Testing

@testable import Statistics

@Suite struct DistributionTests {
    @Test func signedRanksEqualEnumeration() {
        for n in 0...12 {
            var counts = [Int](repeating: 0, count: n * (n + 1) / 2 + 1)
            for signs in 0..<(1 << n) { counts[(0..<n).reduce(0) { $0 + (signs >> $1 & 1) * ($1 + 1) }] += 1 }
            let distribution = SignedRankDistribution(count: n)
            var sum = 0
            for (t, count) in counts.enumerated() {
                let before = Double(sum) / Double(1 << n)
                sum += count
                #expect(near(distribution.probability(atMost: t), Double(sum) / Double(1 << n), 1e-15))
                #expect(near(distribution.probability(atLeast: t), 1 - before, 1e-15))
            }
            #expect(distribution.probability(atMost: -1) == 0 && distribution.probability(atLeast: 0) == 1)
        }
    }

    @Test func mannWhitneyEqualsEnumeration() {
        for m in 1...5 {
            for n in 1...6 {
                var counts = [Double](repeating: 0, count: m * n + 1)
                var ways = 0.0
                for chosen in 0..<(1 << (m + n)) where chosen.nonzeroBitCount == m {
                    // U counts, for each chosen rank, the ranks below it that were not chosen.
                    let u = (0..<(m + n)).reduce(0) { sum, rank in
                        chosen >> rank & 1 == 0 ? sum : sum + rank - (chosen & ((1 << rank) - 1)).nonzeroBitCount
                    }
                    counts[u] += 1
                    ways += 1
                }
                let distribution = MannWhitneyDistribution(m, n)
                var sum = 0.0
                for u in counts.indices {
                    #expect(near(distribution.probability(atLeast: u), 1 - sum / ways, 1e-14))
                    sum += counts[u]
                    #expect(near(distribution.probability(atMost: u), sum / ways, 1e-14))
                    #expect(near(MannWhitneyDistribution(n, m).probability(atMost: u), sum / ways, 1e-14))
                }
            }
        }
    }

    @Test func smallTailsKeepTheirDigits() {
        // Counts overflow from n = 64; the smallest probability is 2^-n.
        for n in [30, 64, 100, 180] {
            let distribution = SignedRankDistribution(count: n)
            #expect(distribution.probability(atLeast: distribution.maximum) == pow(2, Double(-n)))
            #expect(distribution.probability(atMost: 3) == 5 * pow(2, Double(-n)))
        }
        let ranks = MannWhitneyDistribution(20, 30)
        #expect(near(ranks.probability(atLeast: 600) * exp(lgamma(51) - lgamma(21) - lgamma(31)), 1, 1e-11))
    }

    @Test func halfOfTheMassLiesAtTheMiddle() {
        for n in [1, 2, 63, 64, 199, 350] {
            let distribution = SignedRankDistribution(count: n)
            let middle = distribution.maximum / 2
            let sum = distribution.probability(atMost: middle) + distribution.probability(atLeast: middle + 1)
            #expect(near(sum, 1, 1e-12), "n = \(n)")
            let mirrored = distribution.probability(atLeast: distribution.maximum - middle)
            #expect(distribution.probability(atMost: middle) == mirrored)
        }
    }

    @Test func ranksAreThoseOfPublishedTables() {
        // Critical values of T+ at two-sided 5 %: k - 1 of Wilcoxon's table.
        for (n, critical) in [
            (6, 0), (7, 2), (8, 3), (9, 5), (10, 8), (12, 13), (15, 25), (20, 52), (25, 89), (30, 137),
        ] {
            #expect(SignedRankDistribution(count: n).rank(level: 0.025) == critical + 1)
        }
        for (m, n, critical) in [(4, 4, 0), (5, 5, 2), (8, 8, 13), (10, 10, 23), (10, 20, 55), (20, 20, 127)] {
            #expect(MannWhitneyDistribution(m, n).rank(level: 0.025) == critical + 1)
        }
        #expect(SignedRankDistribution(count: 5).rank(level: 0.025) == 0)
        #expect(SignedRankDistribution(count: 5).rank(level: 1.0 / 32) == 1)
        #expect(MannWhitneyDistribution(3, 3).rank(level: 0.05) == 1)
        #expect(MannWhitneyDistribution(3, 3).rank(level: 0.5) == 0)
    }

    @Test func seriesForHugeSamplesIsClose() {
        let exact = SignedRankDistribution(count: 120)
        let ranks = (1...120).map { Double($0) }
        let variance = ranks.reduce(0) { $0 + $1 * $1 } / 4
        let fourth = ranks.reduce(0) { $0 - pow($1, 4) } / 8
        for t in stride(from: 2000, through: 3630, by: 163) {
            let z = (Double(t) + 0.5 - 3630) / variance.squareRoot()
            let series = Normal.edgeworth(z, excess: fourth / (variance * variance))
            #expect(abs(series - exact.probability(atMost: t)) < 1e-5)
        }
        let huge = SignedRankDistribution(count: 5000)
        #expect(near(huge.probability(atMost: huge.maximum / 2), 0.5, 1e-4))
        let many = MannWhitneyDistribution(300, 400)
        #expect(near(many.probability(atMost: many.maximum / 2), 0.5, 1e-3))
        #expect(many.probability(atMost: 45_000) < many.probability(atMost: 46_000))
    }

    @Test func studentAgreesWithScipy() {
        let values: [(t: Double, degrees: Double, tail: Double)] = [
            (50, 3, 8.808576020635984e-06), (3, 4.5, 0.01719043394437981), (1.5, 0.7, 0.22018254850962013),
        ]
        for value in values {
            let tail = StudentT.probability(atLeast: value.t, degrees: value.degrees)
            #expect(abs(tail / value.tail - 1) < 1e-11)
            #expect(StudentT.probability(atMost: -value.t, degrees: value.degrees) == tail)
        }
        #expect(near(StudentT.quantile(1 - 1e-9, degrees: 2.5), 3489.5834348468516, 1e-6))
        #expect(near(StudentT.quantile(0.75, degrees: 1), 1, 1e-14))
        #expect(near(StudentT.quantile(0.975, degrees: .infinity), 1.959963984540054, 1e-14))
        #expect(near(Normal.quantile(1e-10), -6.361340902404056, 1e-13))
    }

    @Test func quantilesInvertTheirDistributions() {
        var noise = Noise(10)
        for _ in 0..<1000 {
            let p = noise.uniform()
            let degrees = exp(-1 + 12 * noise.uniform())
            let t = StudentT.quantile(p, degrees: degrees)
            #expect(abs(StudentT.probability(atMost: t, degrees: degrees) - p) < 1e-12)
            #expect(abs(Normal.probability(atMost: Normal.quantile(p)) - p) < 1e-14)
        }
    }

    @Test func quantilesOutsideAreNotNumbers() {
        #expect(StudentT.quantile(0, degrees: 3) == -.infinity && StudentT.quantile(1, degrees: 3) == .infinity)
        #expect(StudentT.quantile(0.5, degrees: 3) == 0)
        #expect(StudentT.quantile(-0.1, degrees: 3).isNaN && StudentT.quantile(0.9, degrees: 0).isNaN)
        #expect(StudentT.probability(atLeast: .nan, degrees: 3).isNaN)
        #expect(StudentT.probability(atLeast: .infinity, degrees: 3) == 0)
        #expect(Normal.quantile(0) == -.infinity && Normal.quantile(.nan).isNaN)
    }
}
