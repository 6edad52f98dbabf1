import BenchrunModel
import Results
import Statistics

/// One figure for each environment: per round the mean of the workloads' log ratios, then Hodges-Lehmann over rounds
/// (STATISTICS.md, section 2). Start-up is left out: it is paid once and not per unit of work, and a factor of several
/// hundred there would drown the rest; it has a table of its own.
struct SuiteAnalysis {
    let manifest: RunManifest
    let results: [MetricResult]

    /// One result for each environment but native.
    func figures() -> [SuiteResult] {
        let judged = results.filter {
            $0.isPrimary && $0.workloadClass != .startup && $0.comparison != nil
        }
        // A workload that failed natively says nothing about any environment. One that failed only there is not
        // dropped: the figure would be over other work than its neighbour's, without the environment's weak spot.
        let reference = results.filter {
            $0.isPrimary && $0.environment == EnvironmentSpec.nativeName && $0.workloadClass != .startup
                && $0.metric.better != .none
        }
        let failed = Set(reference.filter(\.launches.isEmpty).map(\.workload))
        let names = manifest.workloads.map(\.name).filter { name in
            !failed.contains(name) && reference.contains { $0.workload == name }
        }
        return manifest.environments.compactMap { record in
            guard record.spec.name != EnvironmentSpec.nativeName else { return nil }
            return result(record, names, judged.filter { $0.environment == record.spec.name })
        }
    }

    private func result(
        _ record: EnvironmentRecord,
        _ names: [String],
        _ own: [MetricResult]
    ) -> SuiteResult {
        func absent(_ reason: String) -> SuiteResult {
            SuiteResult(environment: record.spec.name, workloads: names, estimate: nil, absence: reason)
        }
        if let unavailable = record.unavailable { return absent("not available: \(unavailable.reason)") }
        guard !names.isEmpty else { return absent("no workload has a native value") }
        if manifest.isUnpaired {
            return absent("no figure over all workloads: it is taken inside rounds, and imported values belong to none")
        }
        let byWorkload = names.map { name in Self.perRound(own.filter { $0.workload == name }) }
        let missing = zip(names, byWorkload).filter { $0.1.isEmpty }.map(\.0)
        guard missing.isEmpty else {
            return absent("no figure over all workloads: \(missing.joined(separator: ", ")) without a round")
        }
        let complete = byWorkload.dropFirst().reduce(Set(byWorkload[0].keys)) { $0.intersection($1.keys) }.sorted()
        let rows = byWorkload.map { rounds in complete.compactMap { rounds[$0] } }
        let alpha = manifest.stoppingRule.alpha
        guard let estimate = HodgesLehmann.oneSample(SuiteOverhead.perRound(rows), alpha: alpha) else {
            return absent("no round is complete for all workloads")
        }
        return SuiteResult(
            environment: record.spec.name,
            workloads: names,
            estimate: LogEstimate(estimate),
            absence: nil
        )
    }

    /// A workload's log ratio by round: the mean over its cases, so that one with many cases weighs no more, in the
    /// rounds that have all of them.
    private static func perRound(_ cases: [MetricResult]) -> [Int: Double] {
        var values: [Int: [Double]] = [:]
        for pair in cases.flatMap({ $0.comparison?.pairs ?? [] }) {
            values[pair.round, default: []].append(pair.logRatio)
        }
        return values.compactMapValues { $0.count == cases.count ? Summary.mean($0) : nil }
    }
}
