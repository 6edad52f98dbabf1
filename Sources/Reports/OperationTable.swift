import Analysis
import BenchrunModel
import Results

/// What engines' operations took: nothing native corresponds to them, so they are not among the overheads.
struct OperationTable {
    /// One a workload: its name and, for each environment that has an engine, the median and its spread.
    private let rows: [(name: String, cells: [String])]
    private let columns: [String]

    init(_ analysis: RunAnalysis) {
        let operations = analysis.primary.filter(\.isOperation)
        let names = analysis.environments.map(\.name).filter { name in
            operations.contains { $0.environment == name && $0.median != nil }
        }
        columns = names
        var order: [String] = []
        for operation in operations where !order.contains(operation.label) { order.append(operation.label) }
        rows = order.map { label in
            let cells = names.map { name -> String in
                let own = operations.first { $0.label == label && $0.environment == name }
                guard let own, let median = own.median else { return "-" }
                let spread = own.variation.map { " ± \(Format.share($0))" } ?? ""
                return Format.value(median, unit: own.metric.unit) + spread
            }
            return (label, cells)
        }
    }

    /// For a terminal; the pages have them among the absolute values.
    func lines(width: Int, colour: Bool) -> [String] {
        guard !rows.isEmpty, !columns.isEmpty else { return [] }
        var table = TextTable(
            [.init(title: "operation")] + columns.map { .init(title: $0, alignment: .trailing) }
        )
        for row in rows { table.add([.init(row.name, .strong)] + row.cells.map { .init($0) }) }
        return table.lines(width: width, colour: colour)
    }
}
