import BenchrunModel
import Results

/// What a report takes from a run's telemetry: the host's CPU time per unit of work, and how near each guard came to
/// firing. Memory grows with the number of executions, not of figures.
struct TelemetryTable {
    /// One execution.
    struct Key: Hashable {
        var cell: String
        var iteration: Int
    }

    private var costs: [Key: Double] = [:]
    private var shares: [Key: CellShares] = [:]
    private var harness: [Key: Double] = [:]

    init() {}

    /// Reads a file.
    init(path: String) throws(ResultsError) {
        var reader = try TelemetryReader(path: path)
        while let record = try reader.next() { add(record) }
    }

    /// Takes one execution. Of a cell that was cut off and measured again under the same name, the later one stays.
    mutating func add(_ record: TelemetryRecord) {
        guard record.stage == .measured || record.stage == .confirmation else { return }
        let key = Key(cell: record.cell, iteration: record.iteration)
        let window = record.counters
        shares[key] = CellShares(window)
        costs[key] = nil
        harness[key] = nil
        if let cpu = window[.host, "cpu"] {
            // Without an amount, the execution itself is the unit.
            let amount = window[.work, "operations"] ?? 1
            if amount > 0 { costs[key] = Double(cpu) / 1e9 / Double(amount) }
        }
        if let own = window[.benchrun, "cpu"], let elapsed = window[.host, "elapsed"], elapsed > 0 {
            harness[key] = Double(own) / Double(elapsed)
        }
    }

    /// What the guards compared in an execution; nil where it has no telemetry.
    func shares(of sample: Sample) -> CellShares? { shares[Key(cell: sample.cell, iteration: sample.iteration)] }

    /// benchrun's own share of a CPU during an execution.
    func harness(of sample: Sample) -> Double? { harness[Key(cell: sample.cell, iteration: sample.iteration)] }

    /// The row of the derived metric that goes with a row of a workload's primary metric; nil where the host's CPU time
    /// was not read.
    func cost(of sample: Sample) -> Sample? {
        guard let cost = costs[Key(cell: sample.cell, iteration: sample.iteration)] else { return nil }
        var row = sample
        row.metric = RunAnalysis.hostCost
        row.unit = "s"
        row.better = .lower
        row.count = nil
        if sample.value != nil { row.value = cost }
        return row
    }
}

extension RunManifest {
    /// The same run with the metric that telemetry adds to each workload whose executions tell what they did.
    func withDerivedMetrics() -> RunManifest {
        var manifest = self
        for index in manifest.workloads.indices {
            let known = manifest.workloads[index].metrics
            guard let unit = manifest.workloads[index].workUnit, let primary = known.first,
                !known.contains(where: { $0.name == RunAnalysis.hostCost })
            else { continue }
            var cost = MetricRecord(name: RunAnalysis.hostCost, unit: "s", better: .lower, delta: primary.delta)
            cost.per = unit
            manifest.workloads[index].metrics.append(cost)
        }
        return manifest
    }
}
