import Foundation
import Testing

@testable import Statistics

@Suite struct ComparisonTests {
    @Test func adjustedValuesKeepOrderAndGrow() {
        var noise = Noise(40)
        for _ in 0..<1000 {
            let p = (0..<noise.whole(0...15)).map { _ in (noise.uniform() * 20).rounded() / 20 }
            let holm = MultipleTests.holm(p)
            let rate = MultipleTests.benjaminiHochberg(p)
            for i in p.indices {
                #expect(holm[i] >= p[i] && holm[i] <= 1 && rate[i] >= p[i] && rate[i] <= holm[i] + 1e-15)
                for j in p.indices where p[i] <= p[j] { #expect(holm[i] <= holm[j] && rate[i] <= rate[j]) }
            }
            if let least = p.min(), let place = p.firstIndex(of: least) {
                #expect(holm[place] == min(1, least * Double(p.count)))
            }
            let order = noise.generator.permutation(of: p.count)
            #expect(MultipleTests.holm(order.map { p[$0] }) == order.map { holm[$0] })
            #expect(MultipleTests.benjaminiHochberg(order.map { p[$0] }) == order.map { rate[$0] })
        }
        #expect(MultipleTests.holm([]).isEmpty && MultipleTests.benjaminiHochberg([]).isEmpty)
        #expect(MultipleTests.holm([.nan, 0.01]) == [1, 0.02])
        #expect(MultipleTests.benjaminiHochberg([0.01, .nan]) == [0.02, 1])
    }

    @Test func mannWhitneyIsSymmetric() throws {
        var noise = Noise(41)
        for trial in 0..<500 {
            let grain = trial % 2 == 0 ? nil : 0.5
            let x = noise.series(noise.whole(1...12), grain: grain)
            let y = noise.series(noise.whole(1...12), mean: 0.5, grain: grain)
            for test in [MannWhitneyTest.exact, MannWhitneyTest.asymptotic] {
                let one = try #require(test(x, y))
                let other = try #require(test(y, x))
                #expect(one.u + other.u == Double(x.count * y.count))
                #expect(near(one.p, other.p) && one.p > 0 && one.p <= 1)
                let pairs = x.flatMap { x in y.map { x > $0 ? 1 : x == $0 ? 0.5 : 0 } }.reduce(0, +)
                #expect(one.u == pairs)
            }
        }
        #expect(MannWhitneyTest.asymptotic([1, 1], [1]) == MannWhitneyTest(u: 1, p: 1))
        #expect(MannWhitneyTest.exact([], [1]) == nil && MannWhitneyTest.asymptotic([1], [.nan]) == nil)
    }

    @Test func permutationTestsCountTheObserved() throws {
        var noise = Noise(42)
        for trial in 0..<100 {
            let grain = trial % 2 == 0 ? nil : 0.5
            let a = noise.series(noise.whole(1...6), grain: grain)
            let b = noise.series(noise.whole(1...6), mean: 1, grain: grain)
            let one = try #require(PermutationTest.twoSample(a, b))
            let other = try #require(PermutationTest.twoSample(b.reversed(), noise.shuffled(a)))
            #expect(one == other && one.p * Double(one.arrangements) >= 1 && one.p <= 1)
            let flip = try #require(PermutationTest.signFlip(a))
            #expect(flip == PermutationTest.signFlip(a.map { -$0 }) && flip.arrangements == 1 << a.count)
            // A two-sided statistic always comes with its mirror image.
            #expect(flip.p * Double(flip.arrangements) >= 2)
        }
        #expect(PermutationTest.twoSample([1, 1], [1, 1]) == PermutationTest(p: 1, arrangements: 6))
        #expect(PermutationTest.signFlip([0, 0]) == PermutationTest(p: 1, arrangements: 4))
        #expect(PermutationTest.signFlip([]) == nil && PermutationTest.twoSample([1], []) == nil)
        #expect(PermutationTest.signFlip([Double](repeating: 1, count: 70)) == nil)
        let many = [Double](repeating: 1, count: 100)
        #expect(PermutationTest.twoSample(many, many) == nil && PermutationTest.signFlip([.nan]) == nil)
    }

    @Test func equivalenceNeedsBothSides() throws {
        var noise = Noise(43)
        for _ in 0..<300 {
            let d = noise.series(noise.whole(2...20), mean: 0.01, sd: 0.02)
            let narrow = try #require(Equivalence.test(d, delta: 0.02, alpha: 0.05))
            let wide = try #require(Equivalence.test(d, delta: 0.05, alpha: 0.05))
            #expect(wide.pSignedRank <= narrow.pSignedRank)
            #expect((wide.pT ?? 1) <= (narrow.pT ?? 1) + 1e-15)
            if narrow.verdict.kind == .equivalent {
                #expect(narrow.pSignedRank <= 0.025 && wide.verdict.kind == .equivalent)
            }
        }
        #expect(Equivalence.test([], delta: 0.05, alpha: 0.05) == nil)
        #expect(Equivalence.test([0.01], delta: 0.05, alpha: 0.05)?.pT == nil)
        #expect(Equivalence.test([0, 0, 0], delta: 0.05, alpha: 0.05)?.pT == 0)
        #expect(Equivalence.test([0, 0.01], delta: -2, alpha: 0.05) == nil)
    }
}
