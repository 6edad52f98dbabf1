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
    /// What it is for.
    var kind = LibvirtKind.system

    /// Everything of it that ends with the run.
    var directory: String { "\(setup.stateDirectory)/\(kind.name)" }
    /// Its socket, as this process sees it.
    var socket: String { "\(runDirectory)/libvirt-sock" }
    /// Its /run/libvirt; a session's has that name below the user's own directory.
    private var runDirectory: String { kind == .session ? directory + "/run/libvirt" : directory + "/run" }
    /// Where it keeps pid files of its guests, named after them.
    var pidDirectory: String { "\(runDirectory)/\(kind.part)" + (kind == .session ? "/run" : "") }
    /// Where it keeps logs of its guests, named after them.
    var logDirectory: String {
        kind == .session ? cacheDirectory + "/libvirt/qemu/log" : "\(directory)/log/\(kind.part)"
    }
    /// The group above those of its guests. A session's guests are in the daemon's.
    var guests: ControlGroup { ControlGroup(Self.guestsPath(below: setup.controlGroup, kind)) }

    /// Path of the group of a run's guests.
    static func guestsPath(below group: String, _ kind: LibvirtKind = .system) -> String { "\(group)/\(kind.name)" }

    /// Its address.
    var address: String { kind.address(socket: socket) }

    /// Why it cannot be started here; nil where it can.
    var obstacle: String? {
        guard geteuid() == 0 || kind == .session else { return "only root can start one" }
        if kind == .session, geteuid() != 0, let obstacle = sessionObstacle { return obstacle }
        return Self.executable == nil ? "there is no libvirtd to start" : nil
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
        if kind != .session {
            try await setup.ledger.willCreate(kind: "cgroup", name: guests.path, detail: [:])
            // No limits, but a version 2 group must hand its controllers on to the guests' groups.
            try guests.create(limits: Limits(cpus: [], housekeepingCPUs: [], cpuQuota: 0, memory: 0))
            if kind == .containers { try makeDeviceGroup() }
        }
        return try await PrivateDaemon.start(
            name: kind.daemon,
            command: kind == .session
                ? sessionCommand(executable)
                : [
                    // With the system's bus it would register guests with the host's systemd, outside of the run's
                    // group.
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
        if kind != .session {
            try? await guests.remove()
            if !guests.exists { try? await setup.ledger.didRemove(kind: "cgroup", name: guests.path) }
        }
        try? FileManager.default.removeItem(atPath: directory)
        try? await setup.ledger.didRemove(kind: "directory", name: directory)
    }

    private var launcher: Launcher {
        var launcher = Launcher(agentExecutable: setup.agentExecutable)
        launcher.newSession = true
        guard kind != .session else {
            if geteuid() == 0 { launcher.binds = [(directory, Self.sessionHome, false)] }
            return launcher
        }
        launcher.mountNamespace = true
        // Guests' networks are not the host's; a bridge for them can be made in here.
        launcher.networkNamespace = true
        let mounts = Self.mounts
        let devices = kind == .containers ? Self.deviceHierarchies(mounts).map { "\($0)/\(guests.path)" } : []
        let groups = Self.groupMounts(
            joinFiles: guests.joinFiles + devices.map { $0 + "/cgroup.procs" },
            of: guests.path,
            mounts: mounts,
            kind
        )
        launcher.unmounts = groups.unmounts
        launcher.binds = groups.binds.map { ($0.source, $0.target, false) }
        for (name, target) in Self.places {
            let source = name == "cache" ? cacheDirectory : "\(directory)/\(name)"
            launcher.binds.append((source, target, false))
        }
        return launcher
    }

    /// This process's mounts, as the kernel tells them.
    static var mounts: String { (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? "" }

    /// Its own directories, and where it looks for them.
    private static let places = [
        ("etc", "/etc/libvirt"), ("run", "/run/libvirt"), ("lib", "/var/lib/libvirt"), ("log", "/var/log/libvirt"),
        ("cache", "/var/cache/libvirt"),
    ]

    /// What it found out about emulators is kept between runs: asking them takes up to two seconds.
    var cacheDirectory: String { "\(setup.cacheDirectory)/\(kind == .session ? kind.name : "libvirt")" }

    private func prepareDirectories() throws {
        guard kind != .session else { return try prepareSessionDirectories() }
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

    static let daemonConfiguration = """
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
}
#endif
