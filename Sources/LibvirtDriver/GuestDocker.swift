import AgentProtocol
import BenchrunModel
import ProcessDrivers

/// Docker inside a guest, worked through the guest's agent.
///
/// It lives in a root of its own, the engine's disk with a layer in memory above it, and shares with the guest only
/// devices, scratch and the agent's executable.
struct GuestDocker: Sendable {
    /// The guest's agent.
    let agent: any AgentConnection
    /// What errors call it.
    let name: String

    private static let busybox = "/run/engine/busybox"
    private static let root = "/run/engine-root"
    private static let socket = "/run/docker.sock"
    private static let environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C"]
    private static let runtimeSocket = "/run/containerd/containerd.sock"
    private static let runtimeConfiguration = "/etc/containerd/benchrun.toml"
    /// How long a step may take at most: emulated, on a host with other work. An idle one takes some seconds.
    private static let patience: UInt64 = 180_000_000_000

    /// Sets the engine's root up. The last line of its output is the device of the port that is named by its argument.
    private static let layout = """
        set -e
        B=\(busybox)
        R=\(root)
        $B mkdir -p /run/engine-rw/upper /run/engine-rw/work $R
        $B mount -t overlay -o lowerdir=/run/engine,upperdir=/run/engine-rw/upper,workdir=/run/engine-rw/work none $R
        for name in dev proc sys scratch; do $B mount -o rbind /$name $R/$name; done
        $B mount -o bind /.benchrun-agent $R/.benchrun-agent
        $B mount -t ext4 -o noatime /dev/vdd $R/data
        $B mkdir -p $R/etc/containerd $R/run/containerd
        echo "$2" >$R\(runtimeConfiguration)
        for port in /sys/class/virtio-ports/*; do
            if [ "$($B cat $port/name)" = "$1" ]; then echo "/dev/${port##*/}"; fi
        done
        """

    /// Docker uses containerd to run containers, and none of its stores and interfaces.
    private static let configuration = """
        version = 2
        disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt",
          "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
          "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
        """

    /// Mounts what the engine needs.
    /// - Returns: the path of a virtio-serial port's device.
    func layOut(port: String) async throws -> String {
        let script = [Self.busybox, "sh", "-c", Self.layout, "layout", port, Self.configuration]
        let output = try await run("layout", script)
        guard let device = output.split(separator: "\n").last, device.hasPrefix("/dev/") else {
            throw failure("layout", "the guest has no port '\(port)'")
        }
        return String(device)
    }

    /// Starts the daemons and waits until they answer. What they say goes to the guest's console.
    ///
    /// containerd is not left to docker's daemon, which gives up when it takes more than 15 s.
    func startDaemons() async throws {
        let containerd = [
            "/usr/bin/containerd", "--config", Self.runtimeConfiguration, "--root", "/data/containerd", "--state",
            "/run/containerd", "--address", Self.runtimeSocket, "--log-level", "error",
        ]
        // The first bytes of HTTP/2: its magic and an empty frame of settings, which the other side answers with its own.
        let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
        try await start(containerd, answering: preface, at: Self.runtimeSocket)
        let dockerd = [
            "/usr/sbin/dockerd", "--host", "unix://\(Self.socket)", "--containerd", Self.runtimeSocket, "--data-root",
            "/data", "--exec-root", "/run/docker", "--pidfile", "/run/docker.pid", "--bridge", "none",
            "--iptables=false", "--ip-forward=false", "--ip-masq=false", "--userland-proxy=false", "--storage-driver",
            "overlay2", "--exec-opt", "native.cgroupdriver=cgroupfs", "--log-level", "error",
        ]
        try await start(dockerd, answering: Array("GET /_ping HTTP/1.0\r\n\r\n".utf8), at: Self.socket)
    }

    private func start(_ daemon: [String], answering request: [UInt8], at socket: String) async throws {
        let toConsole = #"exec "$0" "$@" >/dev/console 2>&1"#
        let command = [Self.busybox, "sh", "-c", toConsole, Self.busybox, "chroot", Self.root] + daemon
        _ = try await agent.spawn(Command(command, environment: Self.environment))
        do {
            _ = try await agent.probe(
                .unix(path: Self.root + socket),
                send: request,
                within: .nanoseconds(Int64(Self.patience))
            )
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw failure("daemon", "\(daemon[0]) in the guest does not answer: \(error)")
        }
    }

    /// Makes and starts a container.
    func start(_ container: GuestContainer) async throws {
        _ = try await docker("run", container.arguments)
    }

    /// Ends a container as `docker stop` does.
    func stop(_ container: String) async throws {
        _ = try await docker("stop", ["stop", "-t", "3", container])
    }

    private func docker(_ step: String, _ arguments: [String]) async throws -> String {
        try await run(
            step,
            [Self.busybox, "chroot", Self.root, "/usr/bin/docker", "--host", "unix://\(Self.socket)"] + arguments
        )
    }

    private func run(_ step: String, _ arguments: [String]) async throws -> String {
        let command = Command(arguments, environment: Self.environment, timeLimit: Self.patience)
        let execution = try await agent.run(command, onOutput: nil)
        guard execution.termination == .exited(0) else {
            let said = String(decoding: execution.errorOutput.suffix(1000), as: UTF8.self)
            let lines = said.split(whereSeparator: \.isNewline).suffix(6).joined(separator: "\n")
            throw failure(step, "\(execution.termination): \(lines)")
        }
        return String(decoding: execution.output, as: UTF8.self)
    }

    private func failure(_ step: String, _ detail: String) -> DriverError {
        DriverError(
            subject: "libvirt-docker/\(step)",
            detail: "\(name): \(detail)",
            nextStep: "look at the guest's console below; 'benchrun image prune' has the engine's disks made anew"
        )
    }
}
