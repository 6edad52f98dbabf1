public import BenchrunModel
import Glibc
public import Results
import Statistics

/// Two runs beside each other: how each row's overhead and value changed, and what else is different.
public struct RunComparison: Sendable, Codable, Equatable {
    /// The run that is compared with.
    public var baseline: RunID
    /// The run that is looked at.
    public var candidate: RunID
    /// Rows of the candidate's plan that both runs have, native's values included.
    public var rows: [ComparedRow]
    /// Facts that differ.
    public var differences: [RunDifference]
    /// What the reader should know, one sentence each.
    public var warnings: [String]

    /// Compares.
    public static func of(baseline: RunSeries, candidate: RunSeries) -> RunComparison {
        let rows = RowPair.all(baseline: baseline, candidate: candidate)
        return RunComparison(
            baseline: baseline.manifest.run,
            candidate: candidate.manifest.run,
            rows: rows.map(\.row),
            differences: RunDifference.between(baseline.manifest, candidate.manifest),
            warnings: warnings(baseline, candidate, rows)
        )
    }

    /// What is said of any two runs that are compared.
    static func warnings(_ baseline: RunSeries, _ candidate: RunSeries, _ rows: [RowPair]) -> [String] {
        var warnings = baseline.notes + candidate.notes
        for manifest in [baseline.manifest, candidate.manifest] where manifest.origin?.isPaired == false {
            warnings.append(
                "run \(manifest.run) was imported from \(manifest.origin?.tool ?? "elsewhere") and has no rounds: only values "
                    + "are compared, and what the host did on each day is in them"
            )
        }
        let gone = leftOut(baseline.manifest, candidate.manifest)
        if !gone.isEmpty {
            warnings.append("the candidate's plan is without \(Parity.conjunction(gone)), which the baseline has")
        }
        if rows.isEmpty { warnings.append("the two runs have no row in common") }
        let others = rows.filter { !$0.isSameWorkload }.map(\.row.label)
        if !others.isEmpty {
            warnings.append(
                "the files of \(Parity.conjunction(unique(others))) differ between the runs: their figures are of different work"
            )
        }
        let assumed = rows.filter { $0.between?.runs == nil && $0.row.overheadChange != nil }
        if !assumed.isEmpty {
            warnings.append(
                "differences between runs are taken as 1 % for \(Parity.conjunction(unique(assumed.map(\.row.label)))): "
                    + "this host is not calibrated for them; 'benchrun calibrate --runs 10' measures it"
            )
        }
        return warnings
    }

    /// What the baseline's plan has and the candidate's has not, one name each.
    static func leftOut(_ baseline: RunManifest, _ candidate: RunManifest) -> [String] {
        let workloads = baseline.workloads.flatMap { workload -> [String] in
            guard let known = candidate.workloads.first(where: { $0.name == workload.name }) else {
                return [workload.name]
            }
            return workload.cases.filter { !known.cases.contains($0) }.map { "\(workload.name) \($0)" }
        }
        let environments = baseline.environments.map(\.spec.name).filter { name in
            !candidate.environments.contains { $0.spec.name == name }
        }
        return workloads + environments
    }

    static func unique(_ names: [String]) -> [String] {
        names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// One row of two runs with all that a gate needs to judge it.
struct RowPair {
    var row: ComparedRow
    /// Log ratios of the rounds.
    var baseline: [Double]
    var candidate: [Double]
    /// One minus the confidence of the intervals.
    var alpha: Double
    /// How the interval was widened; nil for native.
    var between: BetweenRuns?
    /// Whether both runs measured the same workload file.
    var isSameWorkload: Bool

    /// Rows of the candidate's plan that the baseline has too.
    static func all(baseline: RunSeries, candidate: RunSeries) -> [RowPair] {
        candidate.manifest.workloads.flatMap { workload -> [RowPair] in
            guard let known = baseline.manifest.workloads.first(where: { $0.name == workload.name }),
                workload.metrics.first?.better != Better.none
            else { return [] }
            return workload.cases.filter(known.cases.contains).flatMap { label in
                candidate.manifest.environments.compactMap { environment in
                    RowPair(baseline, candidate, known, workload, label, environment.spec.name)
                }
            }
        }
    }

    private init?(
        _ old: RunSeries,
        _ new: RunSeries,
        _ known: WorkloadRecord,
        _ workload: WorkloadRecord,
        _ label: String,
        _ environment: String
    ) {
        guard let metric = workload.metrics.first,
            old.manifest.environments.contains(where: { $0.spec.name == environment })
        else { return nil }
        let isNative = environment == EnvironmentSpec.nativeName
        let alpha = min(old.manifest.stoppingRule.alpha, new.manifest.stoppingRule.alpha)
        let baseline = isNative ? [] : old.logRatios(known, label, environment)
        let candidate = isNative ? [] : new.logRatios(workload, label, environment)
        self.alpha = alpha
        self.baseline = baseline
        self.candidate = candidate
        isSameWorkload = known.digest == workload.digest && known.metrics.first == metric
        var change: Estimate?
        if !isNative {
            let spread = BetweenRuns(Self.calibration(old, new), workload.name, label, environment)
            between = spread
            change = HodgesLehmann.twoSample(baseline: baseline, candidate: candidate, alpha: alpha)
                .map(spread.widened)
        }
        let sides = [(old, baseline), (new, candidate)].map { run, ratios in
            (run.values(workload.name, label, environment), HodgesLehmann.oneSample(ratios, alpha: alpha))
        }
        let values = sides.map { side in side.0.filter { $0 > 0 }.map { metric.better == .higher ? -log($0) : log($0) }
        }
        row = ComparedRow(
            workload: workload.name,
            caseLabel: label,
            environment: environment,
            metric: metric,
            baseline: Self.side(sides[0]),
            candidate: Self.side(sides[1]),
            overheadChange: change.map(LogEstimate.init),
            valueChange: HodgesLehmann.twoSample(baseline: values[0], candidate: values[1], alpha: alpha)
                .map(LogEstimate.init)
        )
    }

    private static func side(_ side: ([Double], Estimate?)) -> ComparedRow.Side {
        ComparedRow.Side(
            median: Summary.median(side.0),
            overhead: side.1.map(LogEstimate.init),
            launches: side.0.count
        )
    }

    /// The candidate's, since it was planned later; else the baseline's.
    private static func calibration(_ old: RunSeries, _ new: RunSeries) -> [Calibration.Entry] {
        new.manifest.calibration ?? old.manifest.calibration ?? []
    }
}
