/// One column of the comparison: one file under `benchmarks/environments/`.
public struct EnvironmentSpec: Sendable, Equatable, Codable {
    /// The file's name without extension: `native`, `docker`, `libvirt-tcg`.
    public var name: String
    /// One line for people.
    public var title: String
    /// The driver that understands ``options``.
    public var driver: String
    /// The driver's options; a driver refuses one it does not know.
    public var options: [String: String]
    /// Half-width of the interval at which rounds may stop, as a fraction; nil takes the suite's.
    public var halfWidth: Double?
    /// Facts of ``FactKey/compared`` in which the file declares that this environment differs from native; nil where it
    /// does not say.
    public var differs: [String]?

    /// Creates an environment.
    public init(
        name: String,
        title: String = "",
        driver: String,
        options: [String: String] = [:],
        halfWidth: Double? = nil,
        differs: [String]? = nil
    ) {
        self.name = name
        self.title = title
        self.driver = driver
        self.options = options
        self.halfWidth = halfWidth
        self.differs = differs
    }

    /// The environment every overhead is relative to.
    public static let nativeName = "native"
}

/// What every instance of a run is limited to, whatever isolates it.
public struct Limits: Sendable, Equatable, Codable {
    /// Host CPUs that instances run on, ascending.
    public var cpus: [Int]
    /// Host CPUs for benchrun, daemons and emulator threads.
    public var housekeepingCPUs: [Int]
    /// CPU time per wall time, in hundredths of a CPU for each of ``cpus``; 100 lets each be used wholly.
    public var cpuQuota: Int
    /// Bytes of memory.
    public var memory: Int

    /// Creates limits.
    public init(cpus: [Int], housekeepingCPUs: [Int], cpuQuota: Int, memory: Int) {
        self.cpus = cpus
        self.housekeepingCPUs = housekeepingCPUs
        self.cpuQuota = cpuQuota
        self.memory = memory
    }

    /// A CPU set as the kernel and every engine write it: `1,2,3`.
    public static func list(_ cpus: [Int]) -> String {
        cpus.map(String.init).joined(separator: ",")
    }
}
