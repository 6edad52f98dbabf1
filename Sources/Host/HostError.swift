/// Why something on this host could not be done: what, what happened, what to do next.
public struct HostError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The program, file or control group it concerns: `podman image`, `control group benchrun/x`.
    public var subject: String
    /// What happened.
    public var detail: String
    /// What the user can do.
    public var nextStep: String?

    /// Creates an error.
    public init(subject: String, detail: String, nextStep: String? = nil) {
        self.subject = subject
        self.detail = detail
        self.nextStep = nextStep
    }

    /// `SUBJECT: DETAIL; NEXT STEP`
    public var description: String {
        nextStep.map { "\(subject): \(detail); \($0)" } ?? "\(subject): \(detail)"
    }
}
