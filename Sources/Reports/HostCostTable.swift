import Analysis
import BenchrunModel
import Results

/// What the whole host spends on a unit of work: native's CPU time, and how much more it is elsewhere.
///
/// Beside wall time it shows what runs on the housekeeping CPUs: daemons, emulator and I/O threads.
struct HostCostTable {
    /// `native`, then the other environments.
    let columns: [String]
    /// One a workload.
    let rows: [Row]

    struct Row {
        var name: String
        /// What the time is per.
        var unit: String
        var native: String
        /// For each environment the overhead and its interval; nil where there is none.
        var others: [(overhead: String, interval: String)?]
    }

    init(_ analysis: RunAnalysis) {
        let names = analysis.environments.filter { $0.unavailable == nil && !$0.isNative }.map(\.name)
        columns = [EnvironmentSpec.nativeName] + names
        rows = ResultGroup.everything(of: analysis).compactMap { group in
            guard let first = group.first, first.metric.name == RunAnalysis.hostCost, let unit = first.metric.per else {
                return nil
            }
            return Row(
                name: first.label,
                unit: unit,
                native: group.native?.median.map(Format.seconds) ?? "–",
                others: names.map { name in
                    let estimate = group.others.first { $0.environment == name }?.comparison?.estimate
                    return estimate.map { (Format.overhead($0.value), Format.interval($0) ?? "no interval") }
                }
            )
        }
    }

    /// For the pages.
    var table: ReportModel.Table {
        ReportModel.Table(
            columns: columns,
            rows: rows.map { row in
                ReportModel.Table.Row(
                    name: row.name,
                    note: "per \(row.unit)",
                    cells: [row.native]
                        + row.others.map { other in
                            other.map { Format.typographic("\($0.overhead) (\($0.interval))") } ?? "–"
                        }
                )
            }
        )
    }

    /// For a terminal.
    func lines(width: Int, colour: Bool) -> [String] {
        guard !rows.isEmpty else { return [] }
        var table = TextTable(
            [.init(title: "workload"), .init(title: "per", sacrifice: 2), .init(title: "native", alignment: .trailing)]
                + columns.dropFirst().flatMap { name in
                    [.init(title: name, alignment: .trailing), .init(title: "", sacrifice: 1)]
                }
        )
        for row in rows {
            let others = row.others.flatMap { other -> [TextTable.Cell] in
                guard let other else { return [.init("-"), .init("")] }
                return [.init(other.overhead), .init("(\(other.interval))", .faint)]
            }
            table.add([.init(row.name), .init(row.unit), .init(row.native)] + others)
        }
        return table.lines(width: width, colour: colour)
    }
}
