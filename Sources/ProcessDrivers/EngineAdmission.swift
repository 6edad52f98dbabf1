import BenchrunModel

/// Whether an engine that was found can give what an environment asks for: what it cannot limit or grant is refused,
/// not measured as if it had been.
struct EngineAdmission: Sendable {
    /// The engine.
    let dialect: EngineDialect
    /// The host.
    let surroundings: any Surroundings

    /// Why an environment cannot be had whatever the engine says; nil where it may.
    func obstacle(before options: EngineOptions) -> Unavailable? {
        guard !dialect.hasDaemon else { return nil }
        if options.rootless == .yes, surroundings.isRoot {
            return Unavailable(
                reason: "rootless podman is an ordinary user's, and benchrun runs as root",
                nextStep: "run benchrun as a user who has a line in /etc/subuid and /etc/subgid"
            )
        }
        if options.rootless == .no, !surroundings.isRoot {
            return Unavailable(
                reason: "podman would run rootless for this user, which is another environment",
                nextStep: "use the environment podman-rootless, or run benchrun as root"
            )
        }
        return nil
    }

    /// Why an engine that was found cannot give what an environment asks for; nil where it can.
    func obstacle(_ options: EngineOptions, of found: FoundEngine) -> Unavailable? {
        let report = found.report
        guard report.unlimited.isEmpty else {
            let what = report.unlimited.joined(separator: ", ")
            let engine = (report.isRootless ? "rootless " : "") + dialect.name
            return Unavailable(
                reason: "\(engine) cannot limit \(what) here (control groups version \(report.cgroupVersion)), so "
                    + "that its instances would get more than others",
                nextStep: report.isRootless
                    ? "boot with version 2 of control groups and delegate cpu, cpuset and memory to the user"
                    : "enable the controllers cpu, cpuset and memory"
            )
        }
        guard options.privileged == .yes, let mask = surroundings.boundingSet else { return nil }
        let missing = CapabilitySet.missing(in: mask, last: surroundings.lastCapability)
        guard missing.isEmpty else {
            return Unavailable(
                reason: "a privileged container has all capabilities, and this host's root lacks "
                    + missing.joined(separator: ", "),
                nextStep: "run benchrun and the engine on a host whose root has them"
            )
        }
        return nil
    }
}
