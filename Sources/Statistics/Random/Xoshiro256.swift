/// The xoshiro256** generator of Blackman and Vigna (2021), seeded by four outputs of ``SplitMix64``.
///
/// A schedule or a resampling made with it is the same on every machine and with every compiler, which the standard
/// library's own `shuffle` and `random(in:)` do not promise.
public struct Xoshiro256: RandomNumberGenerator, Sendable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// Creates a generator from any seed, 0 included.
    public init(seed: UInt64) {
        var mixer = SplitMix64(seed: seed)
        s0 = mixer.next()
        s1 = mixer.next()
        s2 = mixer.next()
        s3 = mixer.next()
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        let product = s1 &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = (s3 << 45) | (s3 >> 19)
        return result
    }

    /// A uniform integer in `0..<n` by Lemire's unbiased multiply-and-reject (2019).
    ///
    /// - Parameter n: At least 1.
    public mutating func below(_ n: Int) -> Int {
        precondition(n > 0, "below: the bound must be positive")
        let bound = UInt64(n)
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold {
                product = next().multipliedFullWidth(by: bound)
            }
        }
        return Int(product.high)
    }

    /// Fisher-Yates from the last place down to the second: place i is swapped with place `below(i + 1)`.
    public mutating func shuffle<Element>(_ array: inout [Element]) {
        var i = array.count - 1
        while i > 0 {
            array.swapAt(i, below(i + 1))
            i -= 1
        }
    }

    /// The numbers `0..<n`, shuffled.
    public mutating func permutation(of n: Int) -> [Int] {
        var order = Array(0..<max(0, n))
        shuffle(&order)
        return order
    }
}
