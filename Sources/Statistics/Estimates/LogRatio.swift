import Glibc

/// Rounds' log ratios of two environments.
public enum LogRatio {
    /// d = ln(environment / native) of each round, inverted where higher is better, so that d > 0 is always overhead.
    ///
    /// - Parameters:
    ///   - native: One positive value a round.
    ///   - environment: The same rounds' values; as many as `native`.
    ///   - higherIsBetter: Whether the metric is a throughput.
    /// - Returns: One number a round; NaN in a round with a value that is not positive and finite, which the caller
    ///   leaves out with a reason or for which every estimate is nil.
    public static func of(native: [Double], environment: [Double], higherIsBetter: Bool) -> [Double] {
        precondition(native.count == environment.count, "log ratios: both arrays hold the same rounds")
        return zip(native, environment).map { native, environment in
            guard native > 0, environment > 0, native.isFinite, environment.isFinite else { return .nan }
            let ratio = higherIsBetter ? log(native / environment) : log(environment / native)
            return ratio.isFinite ? ratio : .nan
        }
    }
}
