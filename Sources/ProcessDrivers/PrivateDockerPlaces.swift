import BenchrunModel
import Foundation

/// Paths of the private daemon.
struct PrivateDockerPlaces: Sendable {
    let state: String
    let cache: String

    init(_ setup: DriverSetup) {
        state = setup.stateDirectory
        cache = setup.cacheDirectory + "/docker"
    }

    var socket: String { state + "/docker.sock" }
    var log: String { state + "/dockerd.log" }
    var lock: String { cache + "/lock" }
    private var configuration: String { state + "/dockerd.json" }
    private var runtime: String { state + "/docker" }

    func store(_ driver: StorageDriver) -> String { "\(cache)/\(driver.rawValue)" }
    static func processFile(_ store: String) -> String { store + "/docker.pid" }

    func check() throws(Unavailable) {
        let longest = runtime + "/containerd/containerd.sock.ttrpc"
        guard longest.utf8.count <= UnixSocket.longestPath else {
            throw Unavailable(
                reason: "a private docker daemon's sockets would have too long a path (\(longest))",
                nextStep: "set XDG_RUNTIME_DIR to a shorter path"
            )
        }
    }

    func make() throws {
        try FileManager.default.createDirectory(atPath: runtime, withIntermediateDirectories: true)
        // Without a file of its own it would read the system's, which may contradict these arguments.
        try Data("{}\n".utf8).write(to: URL(fileURLWithPath: configuration))
    }

    /// The daemon's arguments. Control groups are made by the runtime itself, below the run's group; systemd would
    /// put them elsewhere.
    func arguments(_ driver: StorageDriver) -> [String] {
        [
            "--config-file", configuration, "--host", "unix://\(socket)", "--data-root", store(driver),
            "--exec-root", runtime, "--pidfile", Self.processFile(store(driver)), "--storage-driver", driver.rawValue,
            "--exec-opt", "native.cgroupdriver=cgroupfs", "--bridge", "none", "--iptables=false",
            "--ip6tables=false", "--ip-masq=false", "--shutdown-timeout", "3",
        ]
    }
}

/// How docker joins images' layers, the better way first.
enum StorageDriver: String, CaseIterable {
    /// The usual one.
    case overlay2
    /// Copies; works on every file system.
    case vfs
}
