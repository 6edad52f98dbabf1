import Yams

/// Collects the problems of one file, so that all are reported and not only the first.
final class ProblemLog {
    /// The file's path as it is shown.
    let file: String
    /// What was found so far.
    private(set) var problems: [CatalogProblem] = []

    /// Begins the log of a file.
    init(file: String) {
        self.file = file
    }

    /// Adds a problem at a place of the file; without a place it is the file as a whole.
    func report(_ mark: Place?, _ message: String) {
        problems.append(
            CatalogProblem(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1, message: message)
        )
    }

    /// `title: expected a string, found a list; write one line`.
    func report(_ node: Node, _ subject: String, expected: String, next: String) {
        report(node.place, "\(subject): expected \(expected), found \(Self.describe(node)); \(next)")
    }

    private static func describe(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): scalar.isNull ? "nothing" : "'\(Excerpt.of(scalar.string, limit: 40))'"
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .alias: "an alias"
        }
    }
}

extension Node.Scalar {
    /// Whether it is YAML's null: nothing, `~` or `null`, without quotes.
    var isNull: Bool {
        style == .plain && ["", "~", "null", "Null", "NULL"].contains(string)
    }
}
