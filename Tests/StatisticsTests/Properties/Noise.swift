import Foundation
import Statistics

/// Seeded random inputs for property tests.
struct Noise {
    var generator: Xoshiro256

    init(_ seed: UInt64) {
        generator = Xoshiro256(seed: seed)
    }

    /// Uniform in 0..<1.
    mutating func uniform() -> Double {
        Double(generator.next() >> 11) * 0x1p-53
    }

    /// Standard normal, by Box and Muller.
    mutating func normal() -> Double {
        (-2 * log(1 - uniform())).squareRoot() * cos(2 * Double.pi * uniform())
    }

    /// Normal values; rounded to a multiple of `grain` they have ties.
    mutating func series(_ count: Int, mean: Double = 0, sd: Double = 1, grain: Double? = nil) -> [Double] {
        (0..<count).map { _ in
            let value = mean + sd * normal()
            return grain.map { (value / $0).rounded() * $0 } ?? value
        }
    }

    /// A whole number in the range.
    mutating func whole(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + generator.below(range.count)
    }

    mutating func shuffled(_ x: [Double]) -> [Double] {
        var x = x
        generator.shuffle(&x)
        return x
    }
}

/// Whether two numbers agree within a tolerance relative to their size, absolute near 0; nil equals nil only.
func near(_ a: Double?, _ b: Double?, _ tolerance: Double = 1e-10) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    return a == b || abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

/// Values that no estimate takes.
let broken: [Double] = [.nan, .infinity, -.infinity]
