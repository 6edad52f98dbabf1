import BenchrunModel
import Foundation

/// The bundle of an instance: what `runc spec` writes as its defaults, with benchrun's root file system, mounts and
/// control group in their places.
///
/// Limits are not in it: the control group has them already, and both runtimes keep a group that they find.
enum OCIBundle {
    /// Capabilities of `runc spec`.
    static let capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]

    private static let maskedPaths = [
        "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
        "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
    ]
    private static let readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]

    /// The configuration of an instance.
    /// - Parameter runtime: what it calls itself.
    static func config(_ request: IsolationRequest, runtime: String) -> OCIConfig {
        // Only version 2 has a view of its own for a container that `runc spec` asks for.
        let hasOwnView = request.cgroups == .v2
        let namespaces = ["pid", "network", "ipc", "uts", "mount"] + (hasOwnView ? ["cgroup"] : [])
        return OCIConfig(
            process: OCIConfig.Process(
                args: request.command,
                env: [
                    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "container=\(runtime)",
                ],
                capabilities: OCIConfig.Capabilities(capabilities)
            ),
            root: OCIConfig.Root(path: request.root),
            mounts: mounts(request),
            linux: OCIConfig.Linux(
                cgroupsPath: "/" + request.group,
                resources: OCIConfig.Resources(devices: [OCIConfig.DeviceRule(allow: false, access: "rwm")]),
                namespaces: namespaces.map { OCIConfig.Namespace(type: $0) },
                maskedPaths: maskedPaths,
                readonlyPaths: readonlyPaths
            )
        )
    }

    private static func mounts(_ request: IsolationRequest) -> [OCIConfig.Mount] {
        let strict = ["nosuid", "noexec", "nodev"]
        let size = "size=\(InstanceMounts.sharedMemory(request.limits))"
        let system = [
            OCIConfig.Mount(destination: "/proc", type: "proc", source: "proc"),
            OCIConfig.Mount(
                destination: "/dev",
                type: "tmpfs",
                source: "tmpfs",
                options: ["nosuid", "strictatime", "mode=755", "size=65536k"]
            ),
            OCIConfig.Mount(
                destination: "/dev/pts",
                type: "devpts",
                source: "devpts",
                options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]
            ),
            OCIConfig.Mount(
                destination: "/dev/shm",
                type: "tmpfs",
                source: "shm",
                options: strict + ["mode=1777", size]
            ),
            OCIConfig.Mount(destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: strict),
            OCIConfig.Mount(destination: "/sys", type: "sysfs", source: "sysfs", options: strict + ["ro"]),
            OCIConfig.Mount(
                destination: "/sys/fs/cgroup",
                type: "cgroup",
                source: "cgroup",
                options: strict + ["relatime", "ro"]
            ),
        ]
        let temporary = GuestPath.temporary.map { path in
            OCIConfig.Mount(
                destination: path,
                type: "tmpfs",
                source: "tmpfs",
                options: InstanceMounts.tmpfs(at: path)
            )
        }
        return system + temporary + [
            OCIConfig.Mount(
                destination: GuestPath.scratch,
                type: "bind",
                source: request.scratch,
                options: ["bind", "rw"]
            ),
            OCIConfig.Mount(
                destination: GuestPath.agent,
                type: "bind",
                source: request.agent,
                options: ["bind", "ro"]
            ),
        ]
    }

    /// The file's text.
    static func text(_ config: OCIConfig) throws(OptionError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(config), as: UTF8.self)
        } catch {
            throw OptionError(detail: "config.json cannot be written: \(error)", nextStep: "run 'benchrun doctor'")
        }
    }
}
