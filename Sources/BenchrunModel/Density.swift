/// What a cell of `activity: density` does: adds instances one by one, each with a service inside, and looks at what the
/// host gives for them while they do nothing.
public struct Density: Sendable, Equatable {
    /// The parameter of a workload's cases that says how many instances there are to be.
    public static let parameter = "instances"
    /// The most instances of one cell.
    public static let most = 256

    /// What each instance runs besides the agent.
    public var service: Lifecycle.Service?
    /// How long the instances are left alone while their CPU time is counted.
    public var idle: Duration
    /// The longest time that the service may take to answer; nil is no bound.
    public var latencyBound: Duration?
    /// Bytes that the host is to keep free for new programs: below that no further instance is added.
    public var memoryReserve: Int

    /// Creates it.
    public init(
        service: Lifecycle.Service? = nil,
        idle: Duration = .seconds(2),
        latencyBound: Duration? = nil,
        memoryReserve: Int = 1 << 30
    ) {
        self.service = service
        self.idle = idle
        self.latencyBound = latencyBound
        self.memoryReserve = memoryReserve
    }
}

extension Case {
    /// How many instances a cell of a density workload has; 1 where the case does not say.
    public var instances: Int { values[Density.parameter].flatMap { Int($0) } ?? 1 }
}

/// A figure of a cell that holds many idle instances.
public enum DensityFigure: String, Sendable, Codable, CaseIterable {
    /// Memory of an instance's processes and of those that serve it alone (shim, monitor, emulator): a page that several
    /// processes share counts for each in part (PSS). The mean over the instances, in bytes.
    case memory
    /// The same, of all instances together.
    case memoryTotal = "memory-total"
    /// Memory that an instance's control group is charged with, page cache included. The mean, in bytes.
    case groupMemory = "group-memory"
    /// PSS of daemons that serve all instances, in bytes; not there where there are none.
    case daemonMemory = "daemon-memory"
    /// What an instance takes on the disks, in bytes. The mean.
    case disk
    /// CPU time that an instance takes while it does nothing, in milliseconds a second. The mean.
    case cpu
    /// From the request for the last instance to its first answer, in seconds.
    case launch
    /// From the request for the first instance to the first answer of the last, in seconds.
    case launchTotal = "launch-total"
    /// How long an instance takes to answer: the median over the instances, in seconds.
    case latency

    /// Its unit in samples.csv.
    public var unit: String {
        switch self {
        case .memory, .memoryTotal, .groupMemory, .daemonMemory, .disk: "B"
        case .cpu: "ms/s"
        case .launch, .launchTotal, .latency: "s"
        }
    }
}
