public import BenchrunModel

/// Sandboxes of bubblewrap, made by root.
public struct BubblewrapDriver: ForwardingDriver {
    /// `bubblewrap`
    public static let name = BubblewrapIsolation().name
    /// Does the work.
    public let base: DirectDriver

    /// Creates the driver; does nothing yet.
    public init(setup: DriverSetup) {
        base = DirectDriver(BubblewrapIsolation(), setup: setup)
    }
}
