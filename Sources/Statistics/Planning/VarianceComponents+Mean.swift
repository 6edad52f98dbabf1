extension VarianceComponents {
    /// The mean of the components of several pilots of the same design, such as one for each environment, whose values
    /// were divided by their own mean before: then all are in the unit in which they add up in the log of a ratio.
    ///
    /// - Returns: Nil without any.
    public static func mean(of pilots: [VarianceComponents]) -> VarianceComponents? {
        guard let within = Summary.mean(pilots.map(\.withinLaunches)),
            let between = Summary.mean(pilots.map(\.ofLaunchMeans)),
            let iteration = Summary.mean(pilots.map(\.iteration)),
            let launch = Summary.mean(pilots.map(\.launch))
        else { return nil }
        return VarianceComponents(
            withinLaunches: within,
            ofLaunchMeans: between,
            iteration: iteration,
            launch: launch
        )
    }
}
