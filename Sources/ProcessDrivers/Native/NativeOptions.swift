import BenchrunModel

/// The options that environment files may give to native processes. Without any they are what everything else is
/// compared with.
struct NativeOptions: Sendable, Equatable {
    /// What the control group enforces.
    enum LimitChoice: String, Sendable, CaseIterable {
        /// CPUs, quota and memory.
        case all
        /// CPUs only; that the others are missing is flagged.
        case cpus
    }

    /// Which network it sees.
    enum Network: String, Sendable, CaseIterable {
        /// Its own, with nothing but loopback.
        case none
        /// The host's.
        case host
    }

    /// Which /proc, /sys and /dev it sees.
    enum System: String, Sendable, CaseIterable {
        /// Its own, as small as a container's.
        case own
        /// The host's.
        case host
    }

    /// Their names.
    static let names: Set<String> = ["limits", "network", "system", "user-namespace"]

    /// What the control group enforces.
    var limits: LimitChoice = .all
    /// Which network it sees.
    var network: Network = .none
    /// Which /proc, /sys and /dev it sees.
    var system: System = .own
    /// Whether it is in a user namespace, as an ordinary user's would have to be.
    var hasUserNamespace = false
    /// Whether a control group can be made, which an ordinary user may not everywhere. No file says this.
    var hasControlGroup = true

    /// Reads an environment's options.
    /// - Throws: ``OptionError`` naming what is not understood.
    init(_ environment: EnvironmentSpec) throws(OptionError) {
        try OptionError.check(environment, known: Self.names)
        limits = try EngineOptions.choice("limits", of: environment) ?? .all
        network = try EngineOptions.choice("network", of: environment) ?? .none
        system = try EngineOptions.choice("system", of: environment) ?? .own
        let choice: EngineOptions.Choice? = try EngineOptions.choice("user-namespace", of: environment)
        hasUserNamespace = choice == .yes
    }

    /// As it can be for whoever runs benchrun: an ordinary user needs a user namespace for everything else, and may lack
    /// a control group.
    func adapted(isRoot: Bool, hasControlGroup: Bool) -> NativeOptions {
        var options = self
        options.hasUserNamespace = hasUserNamespace || !isRoot
        options.hasControlGroup = hasControlGroup
        return options
    }

    /// What an instance's group is to enforce.
    func enforced(_ limits: Limits) -> Limits {
        guard self.limits == .cpus else { return limits }
        var limits = limits
        limits.cpuQuota = 0
        limits.memory = 0
        return limits
    }

    /// The host's places that are bound into the root, those above before those below.
    var hostPlaces: [String] {
        system == .host ? ["/proc", "/sys", "/dev", "/dev/pts", "/dev/shm"] : []
    }

    /// What it is, for people.
    var isolation: String {
        let group = limits == .cpus ? "control group (CPUs only)" : "control group"
        var parts = ["root directory", hasControlGroup ? group : "no control group"]
        parts.append(network == .none ? "mount and network namespace" : "mount namespace")
        if hasUserNamespace { parts.append("user namespace") }
        return parts.joined(separator: ", ")
    }
}
