#if Libvirt
internal import CLibvirt

/// A domain, by its name, which is unique on its host.
public struct Domain: Sendable, Hashable {
    /// The name.
    public var name: String

    /// Names a domain.
    public init(name: String) {
        self.name = name
    }
}

/// What a domain is doing.
public enum DomainState: Int32, Sendable, CaseIterable {
    /// Unknown to the hypervisor.
    case none = 0
    /// It runs.
    case running = 1
    /// It waits for a resource.
    case blocked = 2
    /// Its CPUs are stopped.
    case paused = 3
    /// The guest is powering off.
    case shuttingDown = 4
    /// It does not run.
    case shutOff = 5
    /// It crashed.
    case crashed = 6
    /// The guest put itself to sleep.
    case sleeping = 7
}

/// How a domain is created.
public struct CreationFlags: OptionSet, Sendable {
    /// libvirt's bits.
    public let rawValue: UInt32

    /// Takes libvirt's bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// It is destroyed when the connection ends, for as long as its daemon lives.
    public static let autodestroy = CreationFlags(rawValue: VIR_DOMAIN_START_AUTODESTROY.rawValue)
    /// Its CPUs do not run yet.
    public static let paused = CreationFlags(rawValue: VIR_DOMAIN_START_PAUSED.rawValue)
    /// The XML is checked against libvirt's schema first.
    public static let validate = CreationFlags(rawValue: VIR_DOMAIN_START_VALIDATE.rawValue)
}

/// A domain's size and use.
public struct DomainInfo: Sendable, Equatable {
    /// What it is doing.
    public var state: DomainState
    /// Memory it may have, in bytes.
    public var maximumMemory: UInt64
    /// Virtual CPUs.
    public var virtualCPUs: Int
    /// CPU time used, in nanoseconds.
    public var cpuTime: UInt64

    /// Creates the record.
    public init(state: DomainState, maximumMemory: UInt64, virtualCPUs: Int, cpuTime: UInt64) {
        self.state = state
        self.maximumMemory = maximumMemory
        self.virtualCPUs = virtualCPUs
        self.cpuTime = cpuTime
    }
}
#endif
