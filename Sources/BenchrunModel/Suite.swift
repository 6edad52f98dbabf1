/// Workloads, environments, rounds and a budget: one file under `benchmarks/suites/`.
public struct Suite: Sendable, Equatable {
    /// The file's name without extension.
    public var name: String
    /// One line for people.
    public var title: String
    /// Names of workloads.
    public var workloads: [String]
    /// Names of environments; native is added where it is missing.
    public var environments: [String]
    /// Environments of which each takes something away from the one before it, so that the report can attribute the
    /// overhead of the first step by step; empty without such an order.
    public var ladder: [String] = []
    /// Number of rounds.
    public var rounds: Int
    /// Wall time after which no further round begins; nil is unlimited.
    public var budget: Duration?
    /// Wanted half-width of the intervals in environments whose file names none, as a fraction; nil is 2 %.
    public var halfWidth: Double?
    /// Name of the image, a file under `benchmarks/images/`.
    public var image: String
    /// CPU quota in hundredths of a CPU per measured CPU.
    public var cpuQuota: Int
    /// Memory of each instance in bytes.
    public var memory: Int
    /// Size of the scratch file system in bytes, where it has one of its own.
    public var scratch: Int

    /// Creates a suite.
    public init(
        name: String,
        title: String = "",
        workloads: [String],
        environments: [String],
        rounds: Int,
        budget: Duration? = nil,
        image: String = "debian",
        cpuQuota: Int = 100,
        memory: Int = 1 << 30,
        scratch: Int = 1 << 30
    ) {
        self.name = name
        self.title = title
        self.workloads = workloads
        self.environments = environments
        self.rounds = rounds
        self.budget = budget
        self.image = image
        self.cpuQuota = cpuQuota
        self.memory = memory
        self.scratch = scratch
    }
}

/// Where a root file system comes from: one file under `benchmarks/images/`.
public struct ImageRecipe: Sendable, Equatable {
    /// The file's name without extension.
    public var name: String
    /// One line for people.
    public var title: String
    /// Debian suite, such as `bookworm`; nil takes the host's.
    public var suite: String?
    /// Packages in every image made from this recipe; the workloads' are added.
    public var packages: [String]
    /// Where a root file system of the user's comes from, such as `oci:DIR`; nil builds one from packages.
    public var source: String?

    /// Creates a recipe.
    public init(
        name: String,
        title: String = "",
        suite: String? = nil,
        packages: [String] = [],
        source: String? = nil
    ) {
        self.source = source
        self.name = name
        self.title = title
        self.suite = suite
        self.packages = packages
    }
}
