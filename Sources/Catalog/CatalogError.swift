/// A name that the catalogue does not have, or has only in a file with problems.
public struct CatalogError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was looked for.
    public var kind: CatalogKind
    /// The name that was asked for.
    public var name: String
    /// Names like it, the nearest first.
    public var suggestions: [String]
    /// True where there is such a file, but it has problems.
    public var isBroken: Bool

    /// Creates an error.
    public init(kind: CatalogKind, name: String, suggestions: [String] = [], isBroken: Bool = false) {
        self.kind = kind
        self.name = name
        self.suggestions = suggestions
        self.isBroken = isBroken
    }

    /// `unknown workload 'sysbnch-cpu': did you mean 'sysbench-cpu'? 'benchrun list' shows all`
    public var description: String {
        if isBroken {
            return "\(kind.rawValue) '\(name)' cannot be used: its file has problems; 'benchrun check' lists them"
        }
        let shown = Excerpt.of(name, limit: 64)
        guard let question = Names.question(suggestions) else {
            return "unknown \(kind.rawValue) '\(shown)'; 'benchrun list' shows all"
        }
        return "unknown \(kind.rawValue) '\(shown)': \(question) 'benchrun list' shows all"
    }
}
