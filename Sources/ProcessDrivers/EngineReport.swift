/// What an engine says about itself.
struct EngineReport: Sendable, Equatable {
    /// Version of what does the work: the daemon, or podman itself.
    var engineVersion: String
    /// Version of the client.
    var clientVersion: String
    /// The runtime that starts containers unless asked otherwise.
    var runtime: String
    /// Runtimes that can be asked for by name; empty where the engine finds them itself.
    var runtimes: Set<String>
    /// How images' layers are joined: `overlay2`.
    var storageDriver: String
    /// Who makes control groups: `cgroupfs`, `systemd` or `none`.
    var cgroupDriver: String
    /// `1` or `2`.
    var cgroupVersion: String
    /// The default seccomp profile, or `disabled`.
    var seccomp: String
    /// Whether it works without root's rights.
    var isRootless: Bool
    /// Release of the kernel that its containers run on.
    var kernelRelease: String
    /// What it says it cannot limit, in words: `memory`, `CPU time`, `CPUs`.
    var unlimited: [String] = []

    /// As an environment's driver facts.
    /// - Parameters:
    ///   - options: what the environment asks for.
    ///   - runtime: the runtime its containers are started by; nil is the engine's own choice.
    func facts(_ options: EngineOptions, runtime chosen: String?) -> [String: String] {
        [
            "engine.version": engineVersion, "client.version": clientVersion, "runtime": chosen ?? runtime,
            "storage.driver": storageDriver, "cgroup.driver": cgroupDriver, "cgroup.version": cgroupVersion,
            "seccomp.profile": options.seccomp == .unconfined ? "unconfined" : seccomp,
            "rootless": isRootless ? "yes" : "no",
        ].filter { !$0.value.isEmpty }.merging(Self.facts(ofChoice: options)) { fact, _ in fact }
    }

    /// What an environment chose other than usual.
    private static func facts(ofChoice options: EngineOptions) -> [String: String] {
        var facts: [String: String] = [:]
        if options.network != .none { facts["network"] = options.network.rawValue }
        if options.scratch != .volume { facts["scratch"] = options.scratch.rawValue }
        if options.privileged == .yes { facts["privileged"] = "yes" }
        if options.client != .commandLine { facts["engine.client"] = options.client.rawValue }
        return facts
    }
}
