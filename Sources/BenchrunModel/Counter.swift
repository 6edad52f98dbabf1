/// One figure of telemetry: what is looked at, and which of its figures.
public struct Counter: Sendable, Hashable {
    /// What is looked at.
    public enum Scope: String, Sendable, Codable, CaseIterable {
        /// The whole host.
        case host
        /// The host's CPUs that instances run on.
        case cpus
        /// Events that the kernel counts on those CPUs.
        case perf
        /// The block device and the file system under the scratch directory.
        case device
        /// benchrun itself.
        case benchrun
        /// The instance's control group, from outside.
        case instance
        /// The instance's own kernel or network, as its agent sees them.
        case inside
        /// The measured command and its children, as the agent accounts for them.
        case command
        /// What the tool says it has done.
        case work
        /// The instance's clock beside the host's.
        case clock
        /// Docker's daemon.
        case dockerd
        /// The daemon behind docker's.
        case containerd
        /// The process that holds a container of containerd.
        case shim = "containerd-shim"
        /// The process that holds a container of podman.
        case conmon
        /// The threads of a guest's virtual CPUs.
        case vcpu = "qemu-vcpu"
        /// An emulator's threads for disks.
        case ioThread = "qemu-iothread"
        /// An emulator's other threads.
        case emulator = "qemu-emulator"
        /// libvirt's statistics of a domain, under libvirt's names.
        case domain
        /// libvirt's daemon.
        case libvirtd
    }

    /// What is looked at.
    public var scope: Scope
    /// Which figure: `cpu`, `io.read`, `context-switches`, ...
    public var name: String

    /// Names a figure.
    public init(_ scope: Scope, _ name: String) {
        self.scope = scope
        self.name = name
    }

    /// The unit of its values: `ns`, `us`, `B`, or `1` for a number of things.
    public var unit: String {
        if scope == .work { return name == "read" || name == "written" ? "B" : "1" }
        if let unit = Self.units[name] { return unit }
        if name.hasPrefix("pressure.") { return "us" }
        let times = [".times", ".time", ".wait", ".delay"]
        if name.hasPrefix("cpu.") || times.contains(where: name.hasSuffix) { return "ns" }
        if name.hasSuffix(".bytes") { return "B" }
        return "1"
    }

    /// Whether it says how much there is now, and not how much there has been since some beginning.
    public var isGauge: Bool { Self.gauges.contains(name) }

    private static let gauges: Set<String> = ["memory.used", "memory.page-cache", "memory.dirty", "count"]

    private static let units = [
        "cpu": "ns", "run-delay": "ns", "elapsed": "ns", "inside": "ns", "round-trip": "ns", "throttled-time": "ns",
        "user": "ns", "system": "ns", "wall": "ns",
        "io.read": "B", "io.write": "B", "scratch.written": "B", "network.received": "B", "network.sent": "B",
        "memory.used": "B", "memory.page-cache": "B", "memory.dirty": "B", "memory.peak": "B",
    ]
}

extension Counter: Comparable {
    /// Scopes in their order, names by the alphabet.
    public static func < (a: Counter, b: Counter) -> Bool {
        a.scope == b.scope ? a.name < b.name : a.scope.order < b.scope.order
    }
}

extension Counter.Scope {
    fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Figures by name, read at one moment, or what became of them between two.
public typealias Counters = [Counter: UInt64]

extension Counters {
    /// Puts figures of one scope into it.
    public mutating func add(_ values: [String: UInt64], of scope: Counter.Scope) {
        for (name, value) in values { self[Counter(scope, name)] = value }
    }

    /// What has been added since an earlier reading; gauges as they are now. A figure that is in one reading only, or
    /// that went back (its thread or device is another), is left out: it says nothing about the time between.
    public func since(_ earlier: Counters) -> Counters {
        var window: Counters = [:]
        for (counter, value) in self {
            if counter.isGauge {
                window[counter] = value
            } else if let before = earlier[counter], value >= before {
                window[counter] = value - before
            }
        }
        return window
    }

    /// A figure of a scope.
    public subscript(scope: Counter.Scope, name: String) -> UInt64? {
        self[Counter(scope, name)]
    }
}
