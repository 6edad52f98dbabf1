import BenchrunModel
import Results

/// Takes a run's samples row by row, and with each what telemetry adds to it.
struct RunIntake {
    /// The run, with the metrics that are derived.
    let manifest: RunManifest
    /// Its launches.
    var table: LaunchTable
    private let telemetry: TelemetryTable?
    private let primary: [String: String]
    private var witness = CellWitness()

    init(manifest: RunManifest, telemetry: TelemetryTable?) {
        self.telemetry = telemetry
        self.manifest = telemetry == nil ? manifest : manifest.withDerivedMetrics()
        table = LaunchTable(manifest: manifest)
        primary = Dictionary(manifest.workloads.map { ($0.name, $0.metrics.first?.name ?? "") }) { first, _ in first }
    }

    mutating func add(_ sample: Sample) {
        table.add(sample)
        guard sample.metric == primary[sample.workload] else {
            witness.addSecondary(sample)
            return
        }
        witness.add(sample, telemetry)
        // A failed execution is told once, by the metrics that the file has.
        if sample.outcome == .ok, let cost = telemetry?.cost(of: sample) { table.add(cost) }
    }

    func analysis() -> RunAnalysis {
        Analyzer(manifest: manifest, table: table, witness: witness).analysis()
    }
}
