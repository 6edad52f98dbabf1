import Glibc

/// How the variance of a pilot divides between launches and iterations, and how many iterations a launch is worth.
///
/// Source: Kalibera and Jones (2013), with the launches' component corrected for the iterations' share in it.
public struct VarianceComponents: Sendable, Equatable {
    /// S1: mean of the launches' n - 1 variances, in the squared unit of the values.
    public var withinLaunches: Double
    /// S2: n - 1 variance of the launches' means.
    public var ofLaunchMeans: Double
    /// T1 = S1: the component of an iteration.
    public var iteration: Double
    /// T2 = S2 - S1/k with k iterations a launch: the component of a launch; may come out negative.
    public var launch: Double

    /// The components of a pilot.
    ///
    /// - Parameter launches: The iterations of each launch, warm-ups left out; where their numbers differ, 1/k is
    ///   averaged over the launches.
    /// - Returns: Nil under two launches, when one of them has under two iterations or a value is not finite.
    public static func of(_ launches: [[Double]]) -> VarianceComponents? {
        let variances = launches.compactMap { Summary.variance($0) }
        let means = launches.compactMap { Summary.mean($0) }
        guard variances.count == launches.count, let between = Summary.variance(means),
            let within = Summary.mean(variances),
            let share = Summary.mean(launches.map { 1 / Double($0.count) })
        else { return nil }
        return VarianceComponents(
            withinLaunches: within,
            ofLaunchMeans: between,
            iteration: within,
            launch: between - within * share
        )
    }

    /// k* = max(1, ceil(sqrt((launchCost/iterationCost) T1/T2))), the cheapest number of iterations a launch.
    ///
    /// - Parameters:
    ///   - launchCost: Time to get a launch to its first measured iteration, its share of what a round shares.
    ///   - iterationCost: Time of an iteration, in the same unit; positive.
    /// - Returns: Nil where T2 <= 0, that is, more iterations always help: use the most that are allowed.
    public func optimalIterations(launchCost: Double, iterationCost: Double) -> Int? {
        guard launch > 0, launchCost >= 0, iterationCost > 0 else { return nil }
        let wanted = (launchCost / iterationCost * iteration / launch).squareRoot().rounded(.up)
        guard wanted.isFinite else { return nil }
        return wanted < Double(Int32.max) ? max(1, Int(wanted)) : nil
    }
}
