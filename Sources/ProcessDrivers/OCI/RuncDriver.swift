public import BenchrunModel

/// Containers of runc alone: no engine, no daemon, a bundle of benchrun's own.
public struct RuncDriver: ForwardingDriver {
    /// `runc`
    public static let name = OCIIsolation.runc.name
    /// Does the work.
    public let base: DirectDriver

    /// Creates the driver; does nothing yet.
    public init(setup: DriverSetup) {
        base = DirectDriver(OCIIsolation.runc, setup: setup)
    }
}
