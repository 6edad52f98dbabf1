public import BenchrunModel

/// Containers of LXC, started in the foreground.
public struct LXCDriver: ForwardingDriver {
    /// `lxc`
    public static let name = LXCIsolation().name
    /// Does the work.
    public let base: DirectDriver

    /// Creates the driver; does nothing yet.
    public init(setup: DriverSetup) {
        base = DirectDriver(LXCIsolation(), setup: setup)
    }
}
