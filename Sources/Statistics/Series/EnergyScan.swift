/// The energy statistic of every split of a series, in O(T^2) time and O(T) memory.
///
/// For a left part [0, tau) and a right part [tau, kappa) of m values, with B the sum of |x[i] - x[j]| between the
/// parts and W_L, W_R the sums over pairs inside them,
/// Q = (tau m/(tau + m)) (2B/(tau m) - 2 W_L/(tau(tau - 1)) - 2 W_R/(m(m - 1)))
///   = (2/kappa) (B - W_L m/(tau - 1) - W_R tau/(m - 1)).
struct EnergyScan {
    /// The best split.
    struct Split: Equatable {
        var tau: Int
        var kappa: Int
        var q: Double
    }

    private let length: Int
    private let minimum: Int
    /// reciprocal[k] = 1/k.
    private let reciprocal: [Double]
    /// Distances of each value to all values left of tau.
    private var columns: [Double]
    /// Sum over the pairs inside [0, k).
    private var within: [Double]

    /// - Parameters:
    ///   - length: Number of values of every series it will be given.
    ///   - minimum: The fewest values of a part, at least 2.
    init(length: Int, minimum: Int) {
        self.length = length
        self.minimum = minimum
        reciprocal = (0...max(1, length)).map { 1 / Double($0) }
        columns = [Double](repeating: 0, count: length)
        within = [Double](repeating: 0, count: length + 1)
    }

    /// The split of greatest Q; of those within 1e-9 relative of it, the one of smallest tau, then kappa.
    mutating func best(_ x: [Double]) -> Split? {
        var greatest = -Double.infinity
        scan(x) { _, _, q in
            greatest = max(greatest, q)
            return true
        }
        let limit = greatest - 1e-9 * abs(greatest)
        var split: Split?
        scan(x) { tau, kappa, q in
            guard q >= limit else { return true }
            split = Split(tau: tau, kappa: kappa, q: q)
            return false
        }
        return split
    }

    /// Whether some split reaches `limit`.
    mutating func reaches(_ limit: Double, _ x: [Double]) -> Bool {
        var found = false
        scan(x) { _, _, q in
            found = q >= limit
            return !found
        }
        return found
    }

    /// Visits the splits by ascending tau, then kappa, until `visit` answers false.
    @inline(__always)
    private mutating func scan(_ x: [Double], visit: (Int, Int, Double) -> Bool) {
        let length = length
        let minimum = minimum
        guard x.count == length, length >= 2 * minimum else { return }
        x.withUnsafeBufferPointer { x in
            reciprocal.withUnsafeBufferPointer { reciprocal in
                columns.withUnsafeMutableBufferPointer { columns in
                    within.withUnsafeMutableBufferPointer { within in
                        within[0] = 0
                        columns.update(repeating: 0)
                        for k in 0..<length {
                            within[k + 1] = within[k] + columns[k]
                            let value = x[k]
                            for j in k..<length { columns[j] += abs(x[j] - value) }
                        }
                        columns.update(repeating: 0)
                        for tau in 1...(length - minimum) {
                            let value = x[tau - 1]
                            for j in tau..<length { columns[j] += abs(x[j] - value) }
                            guard tau >= minimum else { continue }
                            let left = within[tau]
                            let leftShare = left * reciprocal[tau - 1]
                            var between = 0.0
                            for j in tau..<(tau + minimum - 1) { between += columns[j] }
                            for kappa in (tau + minimum)...length {
                                between += columns[kappa - 1]
                                let m = kappa - tau
                                let right = within[kappa] - left - between
                                let inside = leftShare * Double(m) + right * Double(tau) * reciprocal[m - 1]
                                let q = 2 * reciprocal[kappa] * (between - inside)
                                if !visit(tau, kappa, q) { return }
                            }
                        }
                    }
                }
            }
        }
    }
}
