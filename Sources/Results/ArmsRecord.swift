/// What the two arms of an A/B run are.
public struct ArmsRecord: Sendable, Codable, Equatable {
    /// A difference between the arms: what the user compares.
    public struct Difference: Sendable, Codable, Equatable {
        /// What differs: `image`, `command`, `option seccomp`, ...
        public var fact: String
        /// What the baseline has.
        public var baseline: String
        /// What the candidate has.
        public var candidate: String

        /// Creates a difference.
        public init(fact: String, baseline: String, candidate: String) {
            self.fact = fact
            self.baseline = baseline
            self.candidate = candidate
        }
    }

    /// What is compared with, in words.
    public var baseline: String
    /// What is judged, in words.
    public var candidate: String
    /// The environment's file of the candidate.
    public var candidateEnvironment: String
    /// In what they differ.
    public var differences: [Difference]

    /// Creates a record.
    public init(baseline: String, candidate: String, candidateEnvironment: String, differences: [Difference]) {
        self.baseline = baseline
        self.candidate = candidate
        self.candidateEnvironment = candidateEnvironment
        self.differences = differences
    }
}
