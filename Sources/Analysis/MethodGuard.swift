/// One guard of the method (STATISTICS, section 5), with the facts that prove it.
public struct MethodGuard: Sendable, Codable, Equatable {
    /// Whether the conditions are alike.
    public enum State: String, Sendable, Codable {
        /// They are, or the environments' files declare where they are not.
        case holds
        /// They are not.
        case broken
        /// Nobody controls them here: they may change while the run goes on.
        case uncontrolled
        /// The facts were not attested.
        case unknown
    }

    /// Its number in the method's list of guards.
    public var number: Int
    /// What it watches.
    public var title: String
    /// How it stands.
    public var state: State
    /// The facts, in one sentence.
    public var proof: String
    /// A warning with the next step, where no difference of an environment says the same; nil otherwise.
    public var advice: String?

    /// Creates a guard's line.
    public init(number: Int, title: String, state: State, proof: String, advice: String? = nil) {
        self.number = number
        self.title = title
        self.state = state
        self.proof = proof
        self.advice = advice
    }
}
