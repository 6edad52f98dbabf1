public import BenchrunModel

/// Telemetry of one execution: a line of telemetry.csv for each figure.
public struct TelemetryRecord: Sendable, Equatable {
    /// The cell, as in samples.csv.
    public var cell: String
    /// Invocation of the run.
    public var session: Int
    /// What the execution was for.
    public var stage: Stage
    /// Iteration in the launch, from 1.
    public var iteration: Int
    /// What was added from the execution's begin to its end; gauges as they were at its end.
    public var counters: Counters

    /// Creates a record.
    public init(cell: String, session: Int, stage: Stage, iteration: Int, counters: Counters) {
        self.cell = cell
        self.session = session
        self.stage = stage
        self.iteration = iteration
        self.counters = counters
    }

    /// The columns of telemetry.csv.
    enum Column: Int, CaseIterable {
        case cell, session, stage, iteration, scope, counter, unit, value

        var name: String { "\(self)" }
    }

    /// The header line without its line break.
    static let header = Column.allCases.map(\.name).joined(separator: ",")

    /// Appends its lines, figures in their order.
    func encode(into bytes: inout [UInt8]) {
        var head: [UInt8] = []
        CSVField.append(cell, to: &head)
        head.append(contentsOf: ",\(session),\(stage.rawValue),\(iteration),".utf8)
        for (counter, value) in counters.sorted(by: { $0.key < $1.key }) {
            bytes.append(contentsOf: head)
            bytes.append(contentsOf: "\(counter.scope.rawValue),".utf8)
            CSVField.append(counter.name, to: &bytes)
            bytes.append(contentsOf: ",\(counter.unit),\(value)\n".utf8)
        }
    }
}
