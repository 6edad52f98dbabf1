/// One row of a run, an environment against native in one workload, as the flags of a series see it.
///
/// Arrays over rounds have one element for each round that has both environments, in the order of the rounds.
public struct RoundSeries: Sendable, Equatable {
    /// d of each round; more than 0 is overhead.
    public var logRatios: [Double]
    /// What native's launch cost, positive; for a throughput, time per unit of work.
    public var native: [Double]
    /// What the environment's launch cost.
    public var environment: [Double]
    /// The environment that ran right before this one in its block, empty for the first of a block; no elements where
    /// the order is not known.
    public var predecessors: [String]
    /// The same for native.
    public var nativePredecessors: [String]
    /// As from ``Steadiness/differences(_:)``, one for each launch of several iterations.
    public var steadiness: [Double]
    /// The smallest change that matters, as a fraction.
    public var delta: Double

    /// Creates a series; what is not known stays empty, and the flags that need it are not looked for.
    public init(
        logRatios: [Double],
        native: [Double] = [],
        environment: [Double] = [],
        predecessors: [String] = [],
        nativePredecessors: [String] = [],
        steadiness: [Double] = [],
        delta: Double
    ) {
        self.logRatios = logRatios
        self.native = native
        self.environment = environment
        self.predecessors = predecessors
        self.nativePredecessors = nativePredecessors
        self.steadiness = steadiness
        self.delta = delta
    }
}
