import Host

/// What the engines' drivers see of the host they run on. Tests put one of their own in its place.
protocol Surroundings: Sendable {
    /// Runs a command to its end; see `HostCommand.run()`.
    func run(_ command: HostCommand) async throws -> CommandResult
    /// Where a program is, searched as a shell does; nil when it is not installed.
    func path(of program: String) -> String?
    /// An environment variable of this process.
    func variable(_ name: String) -> String?
    /// Whether somebody listens on a Unix socket. Never waits.
    func state(ofSocket path: String) -> SocketState
    /// Whether this process may do what root may.
    var isRoot: Bool { get }
    /// The capabilities that this process and what it starts can have at most, as /proc/self/status has them; nil
    /// where it does not say.
    var boundingSet: String? { get }
    /// The number of the kernel's last capability; nil where it does not say.
    var lastCapability: Int? { get }
    /// Whether systemd is pid 1.
    var hasSystemd: Bool { get }
    /// The running kernel's release.
    var kernelRelease: String { get }
    /// Where version 2 of control groups is mounted beside version 1; nil where it is not.
    var unifiedMount: String? { get }
    /// How the host's control groups are arranged.
    var cgroups: CgroupArrangement { get }
}

/// What an attempt to connect to a Unix socket tells.
enum SocketState: Sendable, Equatable {
    /// Somebody listens.
    case listening
    /// There is a socket, or there was one, but nobody listens.
    case silent
    /// There is nothing at the path.
    case missing
    /// This user may not connect.
    case denied
}
