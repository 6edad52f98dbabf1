import BenchrunModel
import Results

/// What environments attested, a row for each fact and a column for each environment that was used.
struct FactTable {
    let manifest: RunManifest

    func table() -> ReportModel.Table {
        let records = manifest.environments.filter { $0.unavailable == nil }
        let driverFacts = Set(records.flatMap(\.driverFacts.keys)).sorted()
        let attested = Set(records.flatMap { Array($0.attested.keys) + Array($0.enforced.keys) }).sorted()
        let rows =
            driverFacts.map { key in row(key, "found out by the driver", records.map { $0.driverFacts[key] }) }
            + attested.map { key in
                row(key, "", records.map { $0.attested[key] ?? $0.enforced[key].map { "\($0) (from outside)" } })
            }
        return ReportModel.Table(columns: records.map(\.spec.name), rows: rows)
    }

    private func row(_ key: String, _ note: String, _ values: [String?]) -> ReportModel.Table.Row {
        let known = Set(values.compactMap { $0 })
        let isLong = known.contains { $0.count > 60 }
        return ReportModel.Table.Row(
            name: key,
            note: note,
            cells: values.map { value in
                guard let value else { return "–" }
                if key == FactKey.cpuFlags { return "\(value.split(separator: " ").count) flags" }
                if key == FactKey.memoryLimit || key == FactKey.lastLevelCache, let bytes = Double(value) {
                    return Format.bytes(bytes)
                }
                return isLong ? Printable.line(value, limit: 160) : Printable.line(value)
            }
        )
    }
}
