public import BenchrunModel

/// Containers of systemd-nspawn.
public struct NspawnDriver: ForwardingDriver {
    /// `nspawn`
    public static let name = NspawnIsolation().name
    /// Does the work.
    public let base: DirectDriver

    /// Creates the driver; does nothing yet.
    public init(setup: DriverSetup) {
        base = DirectDriver(NspawnIsolation(), setup: setup)
    }
}
