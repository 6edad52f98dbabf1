/// A fact in which two runs, or the two arms of one, differ.
public struct RunDifference: Sendable, Codable, Equatable {
    /// The fact's name: `kernel.release`, `docker: engine.version`, `image`, `option seccomp`.
    public var fact: String
    /// What the baseline has; `–` where it has none.
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
