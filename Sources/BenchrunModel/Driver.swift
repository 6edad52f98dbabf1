/// Whether an environment can be used here, and if not, why and what to do about it.
public enum Availability: Sendable, Equatable {
    /// It works; what was found out about it (`engine.version`, `runtime`, `accelerator`, ...).
    case available(facts: [String: String])
    /// It does not: the reason, and the next step for the user.
    case unavailable(reason: String, nextStep: String)
}

/// One root file system in the forms that environments need. All hold the same bytes.
public struct ImageForms: Sendable, Equatable, Codable {
    /// `sha256:` and hexadecimal digits, of the root file system's tar.
    public var digest: String
    /// The tar itself, to import into container engines.
    public var archive: String
    /// The unpacked tree.
    public var directory: String
    /// A qcow2 disk holding the tree as ext4, the backing file of VM overlays; nil where no VM was asked for.
    public var disk: String?
    /// Guest kernel; nil where no VM was asked for.
    public var kernel: String?
    /// Guest initramfs that mounts the disk and starts the agent; nil where no VM was asked for.
    public var initramfs: String?
    /// A user's qcow2 disk that a BIOS starts, with a kernel and an init of its own; nil where the image has none.
    public var bootDisk: String?

    /// Creates the set of forms.
    public init(
        digest: String,
        archive: String,
        directory: String,
        disk: String? = nil,
        kernel: String? = nil,
        initramfs: String? = nil
    ) {
        self.digest = digest
        self.archive = archive
        self.directory = directory
        self.disk = disk
        self.kernel = kernel
        self.initramfs = initramfs
    }

    /// A name for engines' image stores: `benchrun:` and the first 16 digits.
    public var tag: String { "benchrun:" + digest.dropFirst("sha256:".count).prefix(16) }
}

/// Paths inside every root file system that benchrun relies on.
public enum GuestPath {
    /// The agent's executable, an empty file in the image that each driver covers with the real one.
    public static let agent = "/.benchrun-agent"
    /// The scratch directory: working directory of every workload.
    public static let scratch = "/scratch"
    /// Directories that are a fresh tmpfs in every instance; the rest of the root is read-only.
    public static let temporary = ["/tmp", "/run", "/var/tmp"]
}

/// Where a run records what it is about to create, so that a later process can remove it.
public protocol ResourceLedger: Sendable {
    /// Records a resource before it is created; returns when the record is on disk.
    /// - Parameters:
    ///   - kind: `process`, `container`, `domain`, `cgroup`, `directory`, `file`, `daemon`, ...
    ///   - name: what a sweeper needs to find it: a path, a name, or `pid:starttime`.
    ///   - detail: more that the sweeper of that kind needs, such as an engine's socket.
    func willCreate(kind: String, name: String, detail: [String: String]) async throws
    /// Records that the resource is gone.
    func didRemove(kind: String, name: String) async throws
}

/// What a driver is made with: who it works for and where it may put things. Plain values, no global state.
public struct DriverSetup: Sendable {
    /// The run, or the session of a command such as `doctor` that probes without measuring.
    public var run: RunID
    /// The run's control group below each controller's root: `benchrun/RUN`. It exists. Everything the driver
    /// starts is in it or below it.
    public var controlGroup: String
    /// A directory of this run for sockets, overlays and logs; short enough for a Unix socket's path. It exists.
    public var stateDirectory: String
    /// A directory kept between runs, for what is costly to make: engines' stores, probe results. It exists.
    public var cacheDirectory: String
    /// The static agent executable on this host; also the launcher.
    public var agentExecutable: String
    /// Host CPUs for daemons and emulator threads.
    public var housekeepingCPUs: [Int]
    /// The ledger.
    public var ledger: any ResourceLedger

    /// Creates a setup.
    public init(
        run: RunID,
        controlGroup: String,
        stateDirectory: String,
        cacheDirectory: String,
        agentExecutable: String,
        housekeepingCPUs: [Int],
        ledger: any ResourceLedger
    ) {
        self.run = run
        self.controlGroup = controlGroup
        self.stateDirectory = stateDirectory
        self.cacheDirectory = cacheDirectory
        self.agentExecutable = agentExecutable
        self.housekeepingCPUs = housekeepingCPUs
        self.ledger = ledger
    }
}

/// What every instance of one run has in common.
public struct RunContext: Sendable {
    /// Who the driver works for.
    public var setup: DriverSetup
    /// The image.
    public var image: ImageForms
    /// Limits of every instance.
    public var limits: Limits
    /// A directory on the file system that storage workloads measure, for scratch directories and disks. It exists.
    public var scratchDirectory: String
    /// Size of a scratch file system of its own, in bytes.
    public var scratchSize: Int
    /// The most instances of one environment that a workload asks for at once, besides those that wait.
    public var instancesAtOnce = 1

    /// Creates a context.
    public init(
        setup: DriverSetup,
        image: ImageForms,
        limits: Limits,
        scratchDirectory: String,
        scratchSize: Int
    ) {
        self.setup = setup
        self.image = image
        self.limits = limits
        self.scratchDirectory = scratchDirectory
        self.scratchSize = scratchSize
    }
}

/// What one instance is to be.
public struct InstanceSpec: Sendable {
    /// Unique in the run and safe as a container's, domain's and control group's name:
    /// `benchrun-RUN-3-docker-0`.
    public var name: String
    /// The environment it belongs to.
    public var environment: EnvironmentSpec
    /// When the instance counts as ready.
    public var readiness: Readiness

    /// Creates a specification.
    public init(name: String, environment: EnvironmentSpec, readiness: Readiness = .agentFrame(.seconds(60))) {
        self.name = name
        self.environment = environment
        self.readiness = readiness
    }
}

/// What must be seen before an instance counts as launched, and for how long it may take.
public enum Readiness: Sendable, Equatable {
    /// The agent's first frame.
    case agentFrame(Duration)
    /// A line on the serial console that matches a regular expression; there is no agent.
    case serialPattern(String, Duration)

    /// The time after which the launch has failed.
    public var limit: Duration {
        switch self {
        case .agentFrame(let limit), .serialPattern(_, let limit): limit
        }
    }
}

/// The adapter to one kind of isolation. A driver acts; the experiment times, orders and cleans up.
///
/// A driver is made with a ``DriverSetup`` for one run. It owns the private daemon it may have started.
public protocol Driver: Sendable {
    /// The name that environment files give in `driver:`.
    static var name: String { get }
    /// The option names that environment files may use with this driver.
    static var options: Set<String> { get }
    /// Creates the driver; does nothing yet.
    init(setup: DriverSetup)
    /// Finds out whether an environment of this driver can be used here, starting a private daemon where none
    /// answers and that is possible. Needs no image.
    func probe(_ environment: EnvironmentSpec) async -> Availability
    /// Does everything that can be done before the clock starts: images imported, disks made. Called once a run
    /// for each environment, before any instance of it is created. Calling it again does no harm.
    func prepare(_ environment: EnvironmentSpec, in context: RunContext) async throws
    /// Makes an instance that is not running yet.
    func create(_ spec: InstanceSpec, in context: RunContext) async throws -> any Instance
    /// Ends by force and deletes whatever carries this run's label and is still there, and nothing else.
    /// - Returns: a line for each thing removed.
    func removeOrphans(of run: RunID) async throws -> [String]
    /// Undoes ``prepare(_:in:)`` and stops the daemon that the driver started. Idempotent; never throws.
    func shutdown() async
}

/// One live process tree, container or domain.
public protocol Instance: Sendable {
    /// What it was made from.
    var spec: InstanceSpec { get }
    /// Starts it; returns when the start request was accepted, not when it is ready.
    func start() async throws
    /// The agent inside. Asking before ``start()`` returned is an error.
    var agent: any AgentConnection { get async throws }
    /// Ends what runs in it, as its kind of isolation does; returns when nothing of it runs. Idempotent.
    func stop() async throws
    /// Deletes it; ends it by force where it still runs. Idempotent, and safe after a failed create or start.
    func remove() async throws
    /// The tail of its log or console, for an error message; empty when there is none.
    func diagnostics() async -> String
}

/// An instance that can be held still while another is measured.
public protocol Pausing: Instance {
    /// Stops its processes from running.
    func pause() async throws
    /// Lets them run again.
    func resume() async throws
}

/// An instance whose consumption the host can observe.
public protocol Observing: Instance {
    /// Forgets the peak so that the next ``peakMemory()`` covers what follows, where the kernel permits.
    func resetPeakMemory() async
    /// Highest memory use of the instance's control group in bytes; nil where it cannot be read.
    func peakMemory() async -> UInt64?
    /// What the host enforces on it, read back from outside, by ``FactKey``.
    func enforcedLimits() async -> [String: String]
    /// What the host has counted until now for it and for the processes that serve it (daemons, shims, emulator
    /// threads). A figure that cannot be read is absent.
    func counters() async -> Counters
}

/// An error of a driver: what it was doing, what happened, what to do next.
public struct DriverError: Error, Sendable, CustomStringConvertible {
    /// `docker/create`, `libvirt/start`, ...
    public var subject: String
    /// What happened.
    public var detail: String
    /// What the user can do.
    public var nextStep: String?
    /// True when the daemon behind the driver no longer answers, so that trying again is pointless.
    public var isDaemonGone: Bool

    /// Creates an error.
    public init(subject: String, detail: String, nextStep: String? = nil, isDaemonGone: Bool = false) {
        self.subject = subject
        self.detail = detail
        self.nextStep = nextStep
        self.isDaemonGone = isDaemonGone
    }

    /// `docker/start: image 'x' is missing; run 'benchrun doctor'`
    public var description: String {
        nextStep.map { "\(subject): \(detail); \($0)" } ?? "\(subject): \(detail)"
    }
}
