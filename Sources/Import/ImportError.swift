import Results

/// What is wrong with a file of another tool, or with how files were put together: the file and line, what was expected
/// and found, what to do next.
public struct ImportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file, with `:line` where a line is to blame.
    public var subject: String
    /// What was expected and what was found.
    public var detail: String
    /// What the user can do.
    public var nextStep: String

    /// Creates an error.
    public init(subject: String, detail: String, nextStep: String = ImportError.exportAgain) {
        self.subject = subject
        self.detail = detail
        self.nextStep = nextStep
    }

    /// Takes an error of a run's files for one of ours.
    init(_ error: ResultsError) {
        self.init(subject: error.subject, detail: error.detail, nextStep: error.nextStep ?? Self.exportAgain)
    }

    /// The next step for files that are broken or cut off.
    public static let exportAgain = "export the results again, or leave the file out"

    /// `native.json:7: results[0].times[3]: expected a number and found text; export the results again, ...`
    public var description: String { "\(subject): \(detail); \(nextStep)" }
}
