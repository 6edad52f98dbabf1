import Host

/// Podman, of whoever runs benchrun.
///
/// What does not work with its defaults on some hosts is put right with arguments, only where the cause is seen, and
/// not with a `CONTAINERS_CONF` of our own: that would hide the user's storage and registry settings.
struct PodmanFinder: EngineFinder {
    let dialect = EngineDialect.podman
    /// The host.
    let surroundings: any Surroundings
    /// Starts podman.
    let launcher: Launcher

    func find() async -> EngineFinding {
        guard let podman = surroundings.path(of: "podman") else {
            return unavailable("podman is not installed", "install \(dialect.package), or run 'make setup'")
        }
        let arguments = surroundings.hasSystemd ? [] : Self.withoutSystemd
        guard let said = await call([podman] + arguments + ["info", "--format", "json"]) else {
            return unavailable("'podman info' did not end within 30 s", "run '\(podman) info' to see why")
        }
        guard said.isSuccess, let info = PodmanInfo(said.output) else {
            let words = TextFile.trimmed(said.errorOutput).split(separator: "\n").last.map(String.init) ?? "no answer"
            return unavailable("'podman info' failed: \(words)", "run '\(podman) info' to see why")
        }
        guard !info.isRemote else {
            return unavailable(
                "podman is set up as a client of a remote service",
                "unset CONTAINER_HOST and choose a local connection"
            )
        }
        var found = FoundEngine(executable: podman, arguments: arguments, report: info.report)
        if !surroundings.hasSystemd { found.notes["podman.arguments"] = arguments.joined(separator: " ") }
        return chooseRuntime(found)
    }

    /// Podman asks systemd for control groups and writes its events to the journal; without systemd it has to do so
    /// itself.
    static let withoutSystemd = ["--cgroup-manager", "cgroupfs", "--events-backend", "file"]

    /// crun refuses hosts where version 2 of control groups holds a controller beside version 1; runc does not.
    private func chooseRuntime(_ found: FoundEngine) -> EngineFinding {
        var found = found
        guard surroundings.cgroups == .hybrid(controllersOnV2: true) else { return .found(found) }
        let reason = "crun refuses this host's mixture of cgroup versions 1 and 2"
        if let hidden = surroundings.unifiedMount, surroundings.isRoot, surroundings.path(of: "crun") != nil {
            // It does not see the mixture in a mount namespace without version 2.
            found.hiddenMounts["crun"] = hidden
        } else {
            found.unusableRuntimes["crun"] = Unavailable(reason: reason, nextStep: "use the runtime runc")
        }
        guard found.report.runtime == "crun" else { return .found(found) }
        guard surroundings.path(of: "runc") != nil else { return unavailable(reason, "install runc") }
        found.runtime = "runc"
        found.notes["runtime.reason"] = reason
        return .found(found)
    }

    private func unavailable(_ reason: String, _ nextStep: String) -> EngineFinding {
        .unavailable(Unavailable(reason: reason, nextStep: nextStep))
    }

    /// Its first call of a boot cleans up after the last one and may take long. Nil when it does not end in time.
    private func call(_ command: [String]) async -> CommandResult? {
        try? await surroundings.run(
            HostCommand(launcher.arguments(for: command), timeLimit: .seconds(30))
        )
    }
}
