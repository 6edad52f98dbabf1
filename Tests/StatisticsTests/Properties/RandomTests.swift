import Statistics
import Testing

@Suite struct RandomTests {
    @Test func latinSquaresAreBalanced() {
        for seed in 0..<200 as Range<UInt64> {
            let count = Int(seed % 7) + 1
            let names = (0..<count).map { "environment-\($0)" }
            let rows = LatinSchedule.rows(environments: names, rounds: 3 * count, seed: seed)
            #expect(rows.count == 3 * count)
            for row in rows { #expect(row.sorted() == names) }
            for square in stride(from: 0, to: rows.count, by: count) {
                for slot in 0..<count {
                    #expect(Set(rows[square..<(square + count)].map { $0[slot] }).count == count)
                }
            }
        }
    }

    @Test func longerSchedulesBeginLikeShorterOnes() {
        let names = ["native", "podman", "docker", "libvirt-tcg"]
        let long = LatinSchedule.rows(environments: names, rounds: 30, seed: 7)
        for rounds in 0...30 {
            #expect(LatinSchedule.rows(environments: names, rounds: rounds, seed: 7) == Array(long.prefix(rounds)))
        }
        #expect(LatinSchedule.rows(environments: names, rounds: 30, seed: 8) != long)
        #expect(LatinSchedule.rows(environments: [], rounds: 5, seed: 1).isEmpty)
        #expect(LatinSchedule.rows(environments: names, rounds: -1, seed: 1).isEmpty)
    }

    @Test func boundedNumbersAreUniform() {
        var noise = Noise(20)
        for bound in [1, 2, 3, 7, 100] {
            var counts = [Int](repeating: 0, count: bound)
            let draws = 20_000
            for _ in 0..<draws { counts[noise.generator.below(bound)] += 1 }
            let expected = Double(draws) / Double(bound)
            for count in counts { #expect(abs(Double(count) - expected) <= 5 * expected.squareRoot()) }
        }
        for _ in 0..<1000 { #expect((0..<Int.max).contains(noise.generator.below(Int.max))) }
    }

    @Test func shuffleReachesEveryOrder() {
        var seen: [[Int]: Int] = [:]
        var noise = Noise(21)
        for _ in 0..<6000 { seen[noise.generator.permutation(of: 4), default: 0] += 1 }
        #expect(seen.count == 24)
        #expect(seen.values.allSatisfy { abs(Double($0) - 250) < 80 })
        #expect(noise.generator.permutation(of: 0).isEmpty && noise.generator.permutation(of: 1) == [0])
    }

    @Test func oneElementDrawsNothing() {
        var generator = Xoshiro256(seed: 3)
        var other = Xoshiro256(seed: 3)
        var single = [1]
        generator.shuffle(&single)
        #expect(generator.next() == other.next())
    }
}
