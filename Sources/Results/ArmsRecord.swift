/// What the two arms of an A/B run are.
public struct ArmsRecord: Sendable, Codable, Equatable {
    /// What is compared with, in words.
    public var baseline: String
    /// What is judged, in words.
    public var candidate: String
    /// The environment's file of the candidate.
    public var candidateEnvironment: String
    /// In what they differ: what the user compares.
    public var differences: [RunDifference]

    /// Creates a record.
    public init(baseline: String, candidate: String, candidateEnvironment: String, differences: [RunDifference]) {
        self.baseline = baseline
        self.candidate = candidate
        self.candidateEnvironment = candidateEnvironment
        self.differences = differences
    }
}
