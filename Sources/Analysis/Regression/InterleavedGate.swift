public import BenchrunModel
import Glibc
public import Results
import Statistics

/// Mode A: candidate and baseline interleaved in one run (STATISTICS, section 3). Blocks on the run's files.
public struct InterleavedGate: Sendable {
    private let manifest: RunManifest
    private let record: ArmsRecord
    private var series: [Key: LaunchSeries] = [:]

    private struct Key: Hashable {
        var workload, caseLabel, arm: String
        var isConfirmation: Bool
    }

    /// Reads an A/B run.
    /// - Throws: ``ResultsError`` where the files cannot be read, or the run is none.
    public init(_ folder: RunFolder) throws(ResultsError) {
        try self.init(try folder.loadManifest())
        var reader = try SampleReader(path: folder.samples, tail: .skip)
        while let sample = try reader.next() { add(sample) }
        for key in series.keys { _ = series[key]?.finish() }
    }

    /// Takes samples that are in memory already.
    public init(_ manifest: RunManifest, samples: [Sample]) throws(ResultsError) {
        try self.init(manifest)
        for sample in samples { add(sample) }
        for key in series.keys { _ = series[key]?.finish() }
    }

    private init(_ manifest: RunManifest) throws(ResultsError) {
        guard let record = manifest.arms else {
            throw ResultsError(
                subject: "run \(manifest.run)",
                detail: "has no arms: candidate and baseline were not measured in turn",
                nextStep: "use 'benchrun ab', or compare two runs with 'benchrun gate'"
            )
        }
        self.manifest = manifest
        self.record = record
    }

    private mutating func add(_ sample: Sample) {
        guard sample.run == manifest.run, sample.stage == .measured || sample.stage == .confirmation,
            let workload = manifest.workloads.first(where: { $0.name == sample.workload }),
            sample.metric == workload.metrics.first?.name
        else { return }
        let key = Key(
            workload: sample.workload,
            caseLabel: sample.caseLabel,
            arm: sample.arm,
            isConfirmation: sample.stage == .confirmation
        )
        _ = series[key, default: LaunchSeries()].add(sample)
    }

    /// Rows whose whole interval lies above the change that matters: by workload, to be confirmed.
    public var suspects: [String] {
        RunComparison.unique(rows().filter { $0.status == .suspect || $0.status == .regression }.map(\.row.workload))
    }

    /// The judgement; rows that look like a regression and were not measured again are suspects.
    public func report() -> GateReport {
        let rows = rows()
        return GateReport(
            mode: .interleaved,
            candidate: "\(record.candidate) in run \(manifest.run)",
            baseline: record.baseline,
            rows: rows,
            differences: record.differences,
            visible: rows.compactMap(visible),
            warnings: []
        )
    }

    private func rows() -> [GateReport.Row] {
        manifest.workloads.flatMap { workload -> [GateReport.Row] in
            guard let metric = workload.metrics.first, metric.better != .none else { return [] }
            return workload.cases.map { row(workload, metric, $0) }
        }
    }

    private func ratios(_ workload: WorkloadRecord, _ label: String, isConfirmation: Bool) -> [Double] {
        func launches(_ arm: String) -> LaunchSeries {
            series[
                Key(workload: workload.name, caseLabel: label, arm: arm, isConfirmation: isConfirmation),
                default: LaunchSeries()
            ]
        }
        let pairs = LaunchSeries.pairs(launches("baseline"), launches("candidate"))
        return LogRatio.of(
            native: pairs.map(\.0),
            environment: pairs.map(\.1),
            higherIsBetter: workload.metrics.first?.better == .higher
        ).filter(\.isFinite)
    }

    private func row(_ workload: WorkloadRecord, _ metric: MetricRecord, _ label: String) -> GateReport.Row {
        let alpha = manifest.stoppingRule.alpha
        let d = ratios(workload, label, isConfirmation: false)
        let again = ratios(workload, label, isConfirmation: true)
        let estimate = HodgesLehmann.oneSample(d, alpha: alpha)
        let confirmation = HodgesLehmann.oneSample(again, alpha: alpha)
        let status = GateStatus.interleaved(
            lower: estimate?.lower,
            upper: estimate?.upper,
            confirmation: confirmation?.lower,
            delta: metric.delta
        )
        let sides = ["baseline", "candidate"].map { arm in
            let key = Key(workload: workload.name, caseLabel: label, arm: arm, isConfirmation: false)
            let values = series[key]?.latest() ?? []
            return ComparedRow.Side(median: Summary.median(values), launches: values.count)
        }
        let row = ComparedRow(
            workload: workload.name,
            caseLabel: label,
            environment: record.candidateEnvironment,
            metric: metric,
            baseline: sides[0],
            candidate: sides[1],
            overheadChange: estimate.map(LogEstimate.init),
            valueChange: estimate.map(LogEstimate.init)
        )
        return GateReport.Row(
            row: row,
            status: status,
            p: HodgesLehmann.testGreater(d, than: 0)?.p,
            reason: reason(status, estimate, confirmation, rounds: d.count)
        )
    }

    private func reason(_ status: GateStatus, _ first: Estimate?, _ again: Estimate?, rounds: Int) -> String {
        guard let first else { return "no round has a value in both arms" }
        guard first.lower != nil else { return "\(rounds) complete rounds are too few for an interval" }
        switch status {
        case .regression:
            return "the whole interval lies above the change that matters, and so does that of a fresh run of the row"
        case .suspect:
            return again == nil
                ? "the whole interval lies above the change that matters; the row was not measured again"
                : "the whole interval lies above the change that matters, but that of a fresh run of the row does not"
        case .improved: return "the whole interval lies below the change that matters"
        case .pass: return "the whole interval lies under the change that matters"
        case .inconclusive: return "the interval reaches across the change that matters: measure more rounds"
        }
    }

    private func visible(_ row: GateReport.Row) -> String? {
        guard let change = row.row.overheadChange, let lower = change.lower else { return nil }
        let smallest = expm1(log1p(row.row.metric.delta) + change.value - lower)
        return "\(row.row.label): a change under \(CellGuards.percent(smallest)) cannot be called a regression with "
            + "\(change.rounds) rounds"
    }
}
