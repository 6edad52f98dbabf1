import BenchrunModel
import Host

/// A container as it is asked for: the same surroundings as a native instance's, in an engine's words.
///
/// Equal to native are: CPU set, quota and memory without swap (through the engine), resource limits (given
/// explicitly), the number of processes (no limit), /scratch (a bind mount of a directory on the same file system; the
/// container's own layer only where the environment asks for it), the read-only root, the tmpfs mounts, the size of /dev/shm, the host name, and
/// loopback as the only network (unless the environment asks for the host's). Left to the engine, because it is what is being measured: namespaces, seccomp,
/// capabilities, AppArmor, masked paths, storage driver and runtime.
struct ContainerRequest: Sendable {
    /// Instance and container name.
    var name: String
    /// The run.
    var run: RunID
    /// What the container's control group is made in: a path, or a slice where systemd makes it.
    var cgroupParent: String
    /// CPUs, quota and memory.
    var limits: Limits
    /// Resource limits.
    var resources: ResourceLimits
    /// The host's directory behind /scratch.
    var scratch: String
    /// The agent on this host.
    var agent: String
    /// Whether volumes need SELinux's shared label.
    var relabels: Bool
    /// The image's tag.
    var tag: String
    /// Options of the environment.
    var options: EngineOptions
    /// The OCI runtime; nil is the engine's own choice.
    var runtime: String?
    /// CPUs of benchrun and its daemons; see ``command``.
    var housekeepingCPUs: [Int]
    /// Where the agent in it finds the host.
    var service = ServeCommand.standard
    /// Devices of the engine's machine that the container gets.
    var devices: [String] = []

    /// Arguments of the engine's `create`.
    func arguments(in dialect: EngineDialect) -> [String] {
        let runtime = runtime.map { ["--runtime", $0] } ?? []
        var result = dialect.hasGlobalRuntime ? runtime + ["create"] : ["create"] + runtime
        result += [
            "--interactive", "--name", name, "--hostname", "benchrun", "--pull", "never",
            "--label", "\(EngineLabel.run)=\(run)", "--label", "\(EngineLabel.instance)=\(name)",
            "--label", "\(EngineLabel.scratch)=\(scratch)",
            "--cgroup-parent", cgroupParent,
        ]
        if !limits.cpus.isEmpty { result += ["--cpuset-cpus", Limits.list(limits.cpus)] }
        if let (quota, period) = ControlGroup.quota(of: limits) {
            result += ["--cpu-period", String(period), "--cpu-quota", String(quota)]
        }
        if limits.memory > 0 {
            let memory = String(limits.memory)
            result += ["--memory", memory, "--memory-swap", memory]
        }
        result += resources.arguments
        result += [
            "--pids-limit", "-1", "--shm-size", String(InstanceMounts.sharedMemory(limits)),
            "--network", options.network.rawValue, "--log-driver", "none", "--init=false", "--user", "0:0",
        ]
        if isRootReadOnly { result.append("--read-only") }
        if options.autoRemove == .yes { result.append("--rm") }
        for path in GuestPath.temporary {
            let options = (InstanceMounts.tmpfs(at: path) + dialect.tmpfs).joined(separator: ",")
            result += ["--tmpfs", "\(path):\(options)"]
        }
        for bind in binds { result += ["--volume", bind] }
        if options.scratch == .engineVolume {
            result += ["--mount", "type=volume,destination=\(GuestPath.scratch)"]
        }
        if options.privileged == .yes { result.append("--privileged") }
        if options.seccomp == .unconfined { result += ["--security-opt", "seccomp=unconfined"] }
        for device in devices { result += ["--device", device] }
        result += dialect.create
        let command = command
        return result + ["--entrypoint", command[0], dialect.imagePrefix + tag] + command.dropFirst()
    }

    /// Whether nothing can be written but what is mounted.
    var isRootReadOnly: Bool { options.scratch != .layer }

    /// Directories and files of the host: `source:target[:options]`.
    var binds: [String] {
        let scratch = options.scratch == .volume ? [volume(scratch, at: GuestPath.scratch, readOnly: false)] : []
        return scratch + [volume(agent, at: GuestPath.agent, readOnly: true)]
    }

    /// What runs in the container. It inherits the affinity of the daemon or client that started it.
    var command: [String] {
        ServeCommand.arguments(service, limits: limits, housekeepingCPUs: housekeepingCPUs)
    }

    private func volume(_ source: String, at target: String, readOnly: Bool) -> String {
        let options = (readOnly ? ["ro"] : []) + (relabels ? ["z"] : [])
        return "\(source):\(target)" + (options.isEmpty ? "" : ":" + options.joined(separator: ","))
    }
}

/// What instances of all kinds mount alike.
enum InstanceMounts {
    /// Options of a tmpfs, as the launcher has them for native instances; its size is left to the kernel's half of
    /// the memory, and so to the memory limit.
    static func tmpfs(at path: String) -> [String] {
        ["rw", "exec", "nosuid", "nodev", path.hasSuffix("tmp") ? "mode=1777" : "mode=755"]
    }

    /// Size of /dev/shm in bytes: whatever the memory limit permits.
    static func sharedMemory(_ limits: Limits) -> Int {
        limits.memory > 0 ? limits.memory : 1 << 30
    }
}
