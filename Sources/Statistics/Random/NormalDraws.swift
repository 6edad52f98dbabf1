import Glibc

extension Xoshiro256 {
    /// A uniform number in 0..<1 from the upper 53 bits.
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A standard normal number by the method of Box and Muller (1958); two draws each.
    public mutating func normal() -> Double {
        (-2 * log(1 - uniform())).squareRoot() * cos(2 * Double.pi * uniform())
    }

    /// Independent standard normal numbers.
    public mutating func normals(_ count: Int) -> [Double] {
        (0..<max(0, count)).map { _ in normal() }
    }
}
