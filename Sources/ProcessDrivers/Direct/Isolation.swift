import BenchrunModel
import Host

/// One tool that isolates processes and needs no engine: how it is told what an instance is to be.
///
/// It only writes down arguments and files. Control groups, scratch, the channel to the agent, starting, stopping and
/// removing are ``DirectDriver``'s and the same for all.
protocol Isolation: Sendable {
    /// The driver's name, which is also what instances call themselves.
    var name: String { get }
    /// The program, looked up in `PATH`.
    var program: String { get }
    /// Debian's package that holds it.
    var package: String { get }
    /// Where the tool itself runs.
    var toolPlace: ToolPlace { get }
    /// Whether it makes control groups of its own below the instance's.
    var makesGroups: Bool { get }
    /// How an instance is asked to end.
    var ending: Ending { get }
    /// Whether instances are shown a boot id of their own making although the kernel is the host's.
    var inventsBootID: Bool { get }
    /// What the tool is started with.
    /// - Throws: `OptionError` where it cannot be told what was asked for.
    func start(_ request: IsolationRequest) throws(OptionError) -> IsolationStart
}

/// Where the process runs that sets an instance up and waits for its end.
enum ToolPlace: Sendable {
    /// In the instance's control group: the tool makes no groups, or makes them below its own.
    case inInstance
    /// Beside it, as an engine's client does: the tool puts the instance into the group it is told.
    case beside
}

/// How an instance is asked to end.
enum Ending: Sendable {
    /// By SIGTERM to the tool, which passes it on.
    case signal
    /// By closing the agent's channel: the tool would end at a signal without telling anyone.
    case channel
}

/// What one instance is to be.
struct IsolationRequest: Sendable {
    /// Its name.
    var name: String
    /// The tool's executable.
    var executable: String
    /// A folder of the instance's own, for the tool's files. It exists.
    var folder: String
    /// The root file system.
    var root: String
    /// The host's directory behind /scratch.
    var scratch: String
    /// The agent on this host.
    var agent: String
    /// CPUs, quota and memory.
    var limits: Limits
    /// Resource limits of native instances.
    var resources: ResourceLimits
    /// Path of its control group below each hierarchy's root.
    var group: String
    /// A control group beside those of all instances.
    var sparedGroup: String
    /// What runs as its first process.
    var command: [String]
    /// How the host's control groups are arranged.
    var cgroups: CgroupArrangement
    /// Mount points of version 2 hierarchies.
    var unifiedMounts: [String]

    /// Refuses paths with characters that a tool takes for something else.
    func check(_ characters: String, tool: String) throws(OptionError) {
        for path in [folder, root, scratch, agent] {
            guard let bad = path.first(where: { characters.contains($0) || $0.isNewline }) else { continue }
            throw OptionError(
                detail: "'\(path)' holds '\(bad)', which \(tool) takes for something else",
                nextStep: "choose another directory with XDG_CACHE_HOME, XDG_RUNTIME_DIR or --scratch"
            )
        }
    }
}

/// What a tool is started with.
struct IsolationStart: Sendable, Equatable {
    /// The tool and its arguments.
    var arguments: [String]
    /// Files that it reads, in the instance's folder, by name.
    var files: [String: String] = [:]
    /// Directories that must be in the instance's folder.
    var folders: [String] = []
    /// Directories of the host that the tool writes to, covered by a tmpfs that nobody else sees and that goes with it.
    var covered: [String] = []
    /// Mount points of the host that the tool must not see.
    var hidden: [String] = []
    /// The place in the instance's folder where the tool finds the root file system, already read-only; nil where the
    /// tool makes it so.
    var boundRoot: String?
}
