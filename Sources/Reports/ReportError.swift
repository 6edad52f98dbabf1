/// A report that could not be made whole: what was being done, what happened, what to do next.
public struct ReportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `gnuplot`, or the file.
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

    /// `gnuplot: not found; install it with 'make setup'`
    public var description: String {
        nextStep.map { "\(subject): \(detail); \($0)" } ?? "\(subject): \(detail)"
    }
}
