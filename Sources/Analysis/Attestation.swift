/// What was asked of each environment, what its first instance saw from inside, and what the host saw from outside.
public struct Attestation: Sendable, Codable, Equatable {
    /// How a value compares.
    public enum State: String, Sendable, Codable {
        /// As it was asked for, and as native has it where the two are compared.
        case same
        /// Another than native's, which the environment's file declares.
        case declared
        /// Another than native's, and no file says so.
        case differs
        /// Another than was asked for.
        case notAsAsked = "not-as-asked"
        /// Neither side could be read.
        case unknown
    }

    /// One fact of one environment.
    public struct Cell: Sendable, Codable, Equatable {
        /// The environment.
        public var environment: String
        /// What was asked for; nil where nothing particular was.
        public var asked: String?
        /// What the agent read inside.
        public var inside: String?
        /// What the host or the driver read outside.
        public var outside: String?
        /// How it compares.
        public var state: State

        /// Creates a cell.
        public init(environment: String, asked: String?, inside: String?, outside: String?, state: State) {
            self.environment = environment
            self.asked = asked
            self.inside = inside
            self.outside = outside
            self.state = state
        }
    }

    /// One fact in every environment that could be used.
    public struct Row: Sendable, Codable, Equatable {
        /// The fact's name, of ``FactKey`` or of a driver.
        public var fact: String
        /// One for each of ``Attestation/environments``.
        public var cells: [Cell]

        /// Creates a row.
        public init(fact: String, cells: [Cell]) {
            self.fact = fact
            self.cells = cells
        }
    }

    /// Environments that could be used, native first.
    public var environments: [String]
    /// The facts.
    public var rows: [Row]

    /// Creates an attestation.
    public init(environments: [String] = [], rows: [Row] = []) {
        self.environments = environments
        self.rows = rows
    }

    /// The cell of a fact and an environment.
    public func cell(_ fact: String, _ environment: String) -> Cell? {
        rows.first { $0.fact == fact }?.cells.first { $0.environment == environment }
    }

    /// Cells in which something else was got than was asked for.
    public var notAsAsked: [(fact: String, cell: Cell)] {
        rows.flatMap { row in row.cells.filter { $0.state == .notAsAsked }.map { (row.fact, $0) } }
    }
}
