import Foundation

/// A metric's regular expression over standard output. `^` and `$` match at every line.
enum OutputPattern {
    /// Whether an expression can be used.
    enum Check: Equatable {
        /// It can.
        case usable
        /// It is no regular expression.
        case invalid
        /// It has not exactly one capture group, but this many.
        case groups(Int)
    }

    /// What an expression found.
    enum Match: Equatable {
        /// The first match's capture group.
        case captured(String)
        /// Nothing.
        case nothing
        /// The search took too long: the expression backtracks without end on this output.
        case endless
    }

    /// How long one search may take.
    static let limit = Duration.seconds(2)

    /// Checks an expression.
    static func check(_ pattern: String) -> Check {
        guard let expression = compile(pattern) else { return .invalid }
        return expression.numberOfCaptureGroups == 1 ? .usable : .groups(expression.numberOfCaptureGroups)
    }

    /// Searches a text.
    static func match(_ pattern: String, in text: String, limit: Duration = limit) -> Match {
        guard let expression = compile(pattern), expression.numberOfCaptureGroups == 1 else { return .nothing }
        let deadline = ContinuousClock.now + limit
        var match = Match.nothing
        let whole = NSRange(text.startIndex..., in: text)
        expression.enumerateMatches(in: text, options: [.reportProgress], range: whole) { result, flags, stop in
            if let result {
                if let range = Range(result.range(at: 1), in: text) { match = .captured(String(text[range])) }
                stop.pointee = true
            } else if flags.contains(.progress), ContinuousClock.now > deadline {
                match = .endless
                stop.pointee = true
            }
        }
        return match
    }

    private static func compile(_ pattern: String) -> NSRegularExpression? {
        try? NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines])
    }
}
