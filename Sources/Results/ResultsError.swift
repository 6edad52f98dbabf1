/// What went wrong with a file of a run: the file (and line), what happened, what to do next.
public struct ResultsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file, with `:line` where a line is to blame.
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

    /// `results/x/samples.csv:7: value: 'nan' is not a finite number; correct or remove the line`
    public var description: String {
        nextStep.map { "\(subject): \(detail); \($0)" } ?? "\(subject): \(detail)"
    }
}
