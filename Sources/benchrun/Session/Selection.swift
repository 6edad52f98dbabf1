import BenchrunModel
import Catalog

/// What the user chose to measure: workloads, environments and how often.
struct Selection: Sendable {
    var suiteName: String
    var workloads: [Workload]
    var environments: [EnvironmentSpec]
    /// Names the user gave: one of these that cannot be used is a failure of the command.
    var requiredEnvironments: Set<String> = []
    /// Environments of which each takes something away from the one before it.
    var ladder: [String]
    var rounds: Int
    var budget: Duration?
    /// Wanted half-width of the intervals as a fraction; nil is a report's.
    var halfWidth: Double?
    var image: ImageRecipe
    var cpuQuota: Int
    var memory: Int
    var scratch: Int

    /// Everything in a suite.
    init(suite: Suite, in catalog: Catalog) throws {
        suiteName = suite.name
        workloads = try suite.workloads.map { try catalog.workload(named: $0) }
        environments = try Self.withNative(suite.environments).map { try catalog.environment(named: $0) }
        ladder = suite.ladder
        rounds = suite.rounds
        budget = suite.budget
        halfWidth = suite.halfWidth
        image = try catalog.image(named: suite.image)
        cpuQuota = suite.cpuQuota
        memory = suite.memory
        scratch = suite.scratch
    }

    /// A command of the user's in the environments and the image of the default suite.
    init(command: [String], in catalog: Catalog) throws {
        try self.init(suite: try catalog.suite(named: "default"), in: catalog)
        suiteName = "command"
        let metrics =
            [Metric(name: "wall-time", unit: "s", better: .lower, source: .resource(.wall))]
            + [Resource.user, .system, .peakMemory].map {
                Metric(name: $0.rawValue, unit: $0.unit, better: .none, source: .resource($0))
            }
        workloads = [
            Workload(
                name: "command",
                title: command.joined(separator: " "),
                workloadClass: .application,
                // The image that 'benchrun all' made, with all of its tools.
                packages: Array(Set(workloads.flatMap(\.packages))).sorted(),
                command: CommandBuilder.escaping(command),
                timeout: .seconds(600),
                parser: .none,
                metrics: metrics
            )
        ]
    }

    /// Replaces the workloads; within a suite only its own may be named.
    mutating func choose(workloads names: [String], in catalog: Catalog, isWithinSuite: Bool) throws {
        let chosen = try Self.unique(names).map { try catalog.workload(named: $0) }
        if isWithinSuite,
            let stranger = chosen.first(where: { workload in !workloads.contains { $0.name == workload.name } })
        {
            throw Failure(
                "suite '\(suiteName)' has no workload '\(stranger.name)'; leave out --suite to run any workload",
                status: ExitStatus.usage
            )
        }
        workloads = chosen
        suiteName = isWithinSuite ? suiteName : "custom"
    }

    /// Replaces the environments; native stays.
    mutating func choose(environments names: [String], in catalog: Catalog) throws {
        environments = try Self.withNative(names).map { try catalog.environment(named: $0) }
        requiredEnvironments = Set(names)
    }

    private static func withNative(_ names: [String]) -> [String] {
        unique([EnvironmentSpec.nativeName] + names)
    }

    /// Each name once, in the order given.
    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
