#if Libvirt
import BenchrunModel
import Foundation
import Host

/// A libvirtd of one run, where none answers: in a mount namespace of its own, with configuration, sockets, state and
/// logs of its own, so that it neither meets another libvirtd nor leaves anything on the host.
///
/// Its guests are in the run's control groups because it sees those as the root of each hierarchy. (A domain's
/// `<partition>` could not do that: libvirt adds `.partition` to each name of its path.)
struct PrivateLibvirtd: Sendable {
    /// The run.
    var setup: DriverSetup

    /// Everything of it that ends with the run.
    var directory: String { setup.stateDirectory + "/libvirt" }
    /// Its socket, as this process sees it.
    var socket: String { directory + "/run/libvirt-sock" }
    /// The group above those of its guests.
    var guests: ControlGroup { ControlGroup(Self.guestsPath(below: setup.controlGroup)) }

    /// Paths of the groups of a run's guests and of its daemon.
    static func guestsPath(below group: String) -> String { group + "/libvirt" }
    /// Name of the daemon's group below the run's.
    static let name = "libvirtd"

    /// Its address.
    var address: String {
        let allowed = CharacterSet(charactersIn: "/-._~").union(.alphanumerics)
        return "qemu:///system?socket=" + (socket.addingPercentEncoding(withAllowedCharacters: allowed) ?? socket)
    }

    /// Why it cannot be started here; nil where it can.
    static var obstacle: String? {
        guard geteuid() == 0 else { return "only root can start one" }
        return executable == nil ? "there is no libvirtd to start" : nil
    }

    /// Starts it.
    /// - Parameter isReady: whether it answers at ``address``.
    /// - Throws: ``DriverError``, `HostError` with the end of its log, or `CancellationError`.
    func start(isReady: @escaping @Sendable () async -> Bool) async throws -> PrivateDaemon {
        guard let executable = Self.executable else {
            throw DriverError(
                subject: "libvirt",
                detail: "there is no libvirtd",
                nextStep: "install libvirt-daemon-system"
            )
        }
        guard socket.utf8.count < 108 else {
            throw DriverError(
                subject: "libvirt",
                detail: "the path \(socket) is too long for a socket",
                nextStep: "use a shorter XDG_RUNTIME_DIR"
            )
        }
        try await setup.ledger.willCreate(kind: "directory", name: directory, detail: [:])
        try prepareDirectories()
        try await setup.ledger.willCreate(kind: "cgroup", name: guests.path, detail: [:])
        // No limits, but a version 2 group must hand its controllers on to the guests' groups.
        try guests.create(limits: Limits(cpus: [], housekeepingCPUs: [], cpuQuota: 0, memory: 0))
        return try await PrivateDaemon.start(
            name: Self.name,
            command: [
                // With the system's bus it would register guests with the host's systemd, outside of the run's group.
                "env", "DBUS_SYSTEM_BUS_ADDRESS=unix:path=\(directory)/none",
                executable, "--config", "/etc/libvirt/libvirtd.conf", "--pid-file", "/run/libvirt/libvirtd.pid",
            ],
            launcher: launcher,
            setup: setup,
            logFile: directory + "/libvirtd.log",
            within: .seconds(60),
            isReady: isReady
        )
    }

    /// Removes what it needed, after it has ended.
    func remove() async {
        try? await guests.remove()
        if !guests.exists { try? await setup.ledger.didRemove(kind: "cgroup", name: guests.path) }
        try? FileManager.default.removeItem(atPath: directory)
        try? await setup.ledger.didRemove(kind: "directory", name: directory)
    }

    private var launcher: Launcher {
        var launcher = Launcher(agentExecutable: setup.agentExecutable)
        launcher.mountNamespace = true
        launcher.newSession = true
        let groups = Self.groupMounts(
            joinFiles: guests.joinFiles,
            of: guests.path,
            mounts: (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        )
        launcher.unmounts = groups.unmounts
        launcher.binds = groups.binds.map { ($0.source, $0.target, false) }
        for (name, target) in Self.places {
            let source = name == "cache" ? cacheDirectory : "\(directory)/\(name)"
            launcher.binds.append((source, target, false))
        }
        return launcher
    }

    /// Its own directories, and where it looks for them.
    private static let places = [
        ("etc", "/etc/libvirt"), ("run", "/run/libvirt"), ("lib", "/var/lib/libvirt"), ("log", "/var/log/libvirt"),
        ("cache", "/var/cache/libvirt"),
    ]

    /// What it found out about emulators is kept between runs: asking them takes up to two seconds.
    private var cacheDirectory: String { setup.cacheDirectory + "/libvirt" }

    private func prepareDirectories() throws {
        let files = FileManager.default
        for (name, target) in Self.places {
            // Mount points that the package did not make stay behind, empty: removing one would also unmount what
            // another run's daemon has mounted there.
            try files.createDirectory(
                atPath: name == "cache" ? cacheDirectory : "\(directory)/\(name)",
                withIntermediateDirectories: true
            )
            try files.createDirectory(atPath: target, withIntermediateDirectories: true)
        }
        try Self.daemonConfiguration.write(
            toFile: directory + "/etc/libvirtd.conf",
            atomically: false,
            encoding: .utf8
        )
        try Self.emulatorConfiguration.write(
            toFile: directory + "/etc/qemu.conf",
            atomically: false,
            encoding: .utf8
        )
    }

    private static let daemonConfiguration = """
        auth_unix_ro = "none"
        auth_unix_rw = "none"

        """

    /// - user, group: emulators are also tried out as root. Where /dev/kvm belongs to root alone, libvirt would find
    ///   its cached capabilities at odds with what its own user can open, and look again before each domain: 60 s.
    /// - stdio_handler: no virtlogd is needed.
    /// - cgroup_controllers: those that limit something, which are the ones a run has groups in.
    /// - security_driver: profiles of AppArmor or SELinux would be written to the host.
    private static let emulatorConfiguration = """
        user = "root"
        group = "root"
        stdio_handler = "file"
        cgroup_controllers = [ "cpu", "cpuset", "cpuacct", "memory" ]
        security_driver = "none"

        """

    private static var executable: String? {
        ["/usr/sbin/libvirtd", "/usr/bin/libvirtd", "/usr/local/sbin/libvirtd"].first { access($0, X_OK) == 0 }
    }

    /// The mounts that make a group look like the root of each hierarchy.
    /// - Parameters:
    ///   - joinFiles: the group's `cgroup.procs` files.
    ///   - path: the group's path.
    ///   - mounts: text of /proc/self/mountinfo.
    /// - Returns: binds for hierarchies with controllers; beside version 1, the version 2 hierarchy is hidden: libvirt
    ///   would make groups there, too, for nothing.
    static func groupMounts(
        joinFiles: [String],
        of path: String,
        mounts: String
    ) -> (unmounts: [String], binds: [(source: String, target: String)]) {
        let groups = MountedFileSystem.all(mounts).filter { $0.type == "cgroup" || $0.type == "cgroup2" }
        let hasVersion1 = groups.contains { $0.type == "cgroup" && !$0.superOptions.contains("name=systemd") }
        var binds: [(source: String, target: String)] = []
        for file in joinFiles {
            let source = String(file.dropLast("/cgroup.procs".count))
            guard source.hasSuffix("/" + path), let mount = MountedFileSystem.containing(source, in: mounts) else {
                continue
            }
            let isHidden = hasVersion1 && mount.type == "cgroup2"
            let isFreezer = mount.superOptions.contains("freezer")
            if !isHidden && !isFreezer { binds.append((source, mount.path)) }
        }
        let unmounts = hasVersion1 ? groups.filter { $0.type == "cgroup2" }.map(\.path) : []
        return (unmounts, binds)
    }
}
#endif
