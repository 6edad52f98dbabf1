/// Where container engines differ. Everything else about them is shared.
struct EngineDialect: Sendable {
    /// The command, and the name of the driver: `docker`.
    let name: String
    /// Debian's package.
    let package: String
    /// Put before an image's tag so that the engine never looks for it anywhere but in its own store.
    let imagePrefix: String
    /// More arguments of `create`.
    let create: [String]
    /// More arguments of `start`.
    let start: [String]
    /// Arguments that make `rm` end a running container at once.
    let remove: [String]
    /// More options of a tmpfs.
    let tmpfs: [String]
    /// Whether a background daemon does the work.
    let hasDaemon: Bool
    /// Whether `--runtime` comes before the verb.
    let hasGlobalRuntime: Bool

    /// Docker's client, whichever version comes first in PATH.
    static let docker = EngineDialect(
        name: "docker",
        package: "docker.io",
        imagePrefix: "",
        create: [],
        start: [],
        remove: ["--force", "--volumes"],
        tmpfs: [],
        hasDaemon: true,
        hasGlobalRuntime: false
    )

    /// Podman with its defaults turned into what docker and native do.
    ///
    /// `--detach-keys ""`: podman looks for the detaching keys (0x10 0x11) also in what is not a terminal, so that a
    /// frame that held them would end the connection. `--time 0`: without it a forced removal waits ten seconds.
    /// `--read-only-tmpfs=false`: the tmpfs mounts are those that were asked for. Never `--rm`: it mounts the root
    /// `volatile`, where fsync does nothing.
    static let podman = EngineDialect(
        name: "podman",
        package: "podman",
        imagePrefix: "localhost/",
        create: ["--read-only-tmpfs=false"],
        start: ["--detach-keys", ""],
        remove: ["--force", "--volumes", "--time", "0"],
        tmpfs: ["notmpcopyup"],
        hasDaemon: false,
        hasGlobalRuntime: true
    )
}

/// The labels that every container and image of benchrun carries.
enum EngineLabel {
    /// The run's id.
    static let run = "benchrun.run"
    /// The instance's name.
    static let instance = "benchrun.instance"
    /// The scratch directory on the host.
    static let scratch = "benchrun.scratch"
    /// On images: the digest of the root file system.
    static let image = "benchrun.image"

    /// A filter for what carries a label with a value.
    static func filter(_ label: String, _ value: String) -> String { "label=\(label)=\(value)" }
}
