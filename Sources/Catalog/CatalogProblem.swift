/// One thing wrong with a file of the catalogue, and where.
public struct CatalogProblem: Sendable, Equatable, Comparable, CustomStringConvertible {
    /// The file's path: the directory as it was given to ``Catalog/load(directory:drivers:)``, and what is below it.
    public var file: String
    /// Line, from 1.
    public var line: Int
    /// Column, from 1, counted in Unicode scalars.
    public var column: Int
    /// What was expected, and the next step.
    public var message: String

    /// Creates a problem.
    public init(file: String, line: Int = 1, column: Int = 1, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// `benchmarks/suites/smoke.yaml:4:14: unknown workload 'sysbnch-cpu': did you mean 'sysbench-cpu'?`
    public var description: String { "\(file):\(line):\(column): \(message)" }

    /// By file, then by place in it.
    public static func < (left: CatalogProblem, right: CatalogProblem) -> Bool {
        (left.file, left.line, left.column, left.message) < (right.file, right.line, right.column, right.message)
    }
}
