public import BenchrunModel

/// Containers of crun alone, as ``RuncDriver``'s are of runc.
public struct CrunDriver: ForwardingDriver {
    /// `crun`
    public static let name = OCIIsolation.crun.name
    /// Does the work.
    public let base: DirectDriver

    /// Creates the driver; does nothing yet.
    public init(setup: DriverSetup) {
        base = DirectDriver(OCIIsolation.crun, setup: setup)
    }
}
