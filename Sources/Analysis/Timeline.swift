public import BenchrunModel

/// How environments get from the request for an instance to the first answer of a service in it.
public struct Timeline: Sendable, Codable, Equatable {
    /// The workload.
    public var workload: String
    /// Its title.
    public var title: String
    /// The case's label; empty without parameters.
    public var caseLabel: String
    /// The environments that got there, the quickest first.
    public var bars: [Bar]
    /// The others, in the order of the plan.
    public var missing: [Missing]

    /// One environment.
    public struct Bar: Sendable, Codable, Equatable {
        /// Its name.
        public var environment: String
        /// Medians over the launches in seconds, in the order of the phases; those it has not are left out.
        public var phases: [Length]
        /// Median from the request to the answer, in seconds, which differs a little from the sum of medians.
        public var total: Double
        /// The quickest launch, from the request to the answer.
        public var shortest: Double
        /// The slowest one.
        public var longest: Double
        /// How many launches.
        public var launches: Int

        /// The sum of the phases' medians.
        public var sum: Double { phases.reduce(0) { $0 + $1.seconds } }
    }

    /// How long a phase takes.
    public struct Length: Sendable, Codable, Equatable {
        /// Which one.
        public var phase: Phase
        /// In seconds.
        public var seconds: Double

        /// Creates it.
        public init(phase: Phase, seconds: Double) {
            self.phase = phase
            self.seconds = seconds
        }
    }

    /// An environment without an answer.
    public struct Missing: Sendable, Codable, Equatable {
        /// Its name.
        public var environment: String
        /// Why.
        public var reason: String
    }

    /// Workload and case: `redis-first-answer connections=10`.
    public var label: String { caseLabel.isEmpty ? workload : "\(workload) \(caseLabel)" }

    /// The phases that at least one environment has, in their order.
    public var phases: [Phase] {
        Self.order.filter { phase in bars.contains { $0.phases.contains { $0.phase == phase } } }
    }

    /// Where the beginning of a guest's kernel could not be told, its first frame stands for all parts of it.
    static let parts: [Phase] = [.firmware, .kernel, .initial, .agent]
    private static let order = [Phase.create, .start, .firstFrame] + parts + [.service, .firstAnswer]
}
