import BenchrunModel
import Results
import Statistics

/// Attributes an overhead to the steps of the suite's ladder: neighbouring rungs are compared inside rounds, as each is
/// with native elsewhere.
struct LadderAnalysis {
    let manifest: RunManifest
    let table: LaunchTable

    /// One result for each workload and case; none where the suite has no ladder of at least two rungs.
    func results() -> [LadderResult] {
        guard let ladder = manifest.ladder, ladder.count > 1, !manifest.isUnpaired else { return [] }
        return manifest.workloads.flatMap { workload -> [LadderResult] in
            guard workload.operation == nil, let metric = workload.metrics.first, metric.better != .none else {
                return []
            }
            return workload.cases.map { result(workload, $0, metric, ladder) }
        }
    }

    private func result(
        _ workload: WorkloadRecord,
        _ label: String,
        _ metric: MetricRecord,
        _ ladder: [String]
    ) -> LadderResult {
        func key(_ environment: String) -> LaunchTable.Key {
            LaunchTable.Key(
                workload: workload.name,
                caseLabel: label,
                metric: metric.name,
                environment: environment
            )
        }
        let rungs = ladder.filter { !table.launches(key($0)).isEmpty }
        func step(_ from: String, _ to: String) -> LadderResult.Step {
            let ratios = table.rounds.sorted().compactMap { logRatio(key(from), key(to), round: $0, metric) }
            let estimate = HodgesLehmann.oneSample(ratios, alpha: manifest.stoppingRule.alpha)
            return LadderResult.Step(
                from: from,
                to: to,
                removes: removed(from, to),
                estimate: estimate.map { LogEstimate($0) }
            )
        }
        let steps = zip(rungs, rungs.dropFirst()).map { step($0, $1) }
        let ends = (rungs.first, rungs.last)
        var whole: LadderResult.Step?
        if steps.count > 1, let first = ends.0, let last = ends.1 { whole = step(first, last) }
        return LadderResult(
            workload: workload.name,
            caseLabel: label,
            metric: metric,
            steps: steps,
            whole: whole,
            missing: ladder.filter { !rungs.contains($0) }.map {
                LadderResult.Missing(environment: $0, reason: reason($0, workload.name, label))
            }
        )
    }

    /// Of the latest attempt at a round that has both; nil without one, or where a value has no logarithm.
    private func logRatio(
        _ from: LaunchTable.Key,
        _ to: LaunchTable.Key,
        round: Int,
        _ metric: MetricRecord
    ) -> Double? {
        guard let take = table.latest(of: to, and: from, round: round),
            let own = table.launches(from)[round]?[take], let less = table.launches(to)[round]?[take]
        else { return nil }
        let ratio = LogRatio.of(native: [less], environment: [own], higherIsBetter: metric.better == .higher)
        return ratio.first.flatMap { $0.isFinite ? $0 : nil }
    }

    /// In what two environments differ, by their files.
    private func removed(_ from: String, _ to: String) -> [String] {
        guard let more = spec(from), let less = spec(to) else { return [] }
        if more.driver != less.driver { return ["driver: \(less.driver), not \(more.driver)"] }
        let names = Set(more.options.keys).union(less.options.keys).sorted()
        return names.filter { more.options[$0] != less.options[$0] }.map { name in
            switch (more.options[name], less.options[name]) {
            case (let old?, let new?): "\(name): \(new), not \(old)"
            case (nil, let new?): "\(name): \(new)"
            case (let old, nil): "\(name): usual, not \(old ?? "")"
            }
        }
    }

    private func spec(_ name: String) -> EnvironmentSpec? {
        manifest.environments.first { $0.spec.name == name }?.spec
    }

    private func reason(_ name: String, _ workload: String, _ label: String) -> String {
        guard let record = manifest.environments.first(where: { $0.spec.name == name }) else {
            return "not in this run"
        }
        if let unavailable = record.unavailable { return "not available: \(unavailable.reason)" }
        let failures = table.failureSummaries { _, _ in false }
        let own = failures.filter { $0.environment == name && $0.workload == workload && $0.caseLabel == label }
        guard let worst = own.max(by: { $0.count < $1.count }) else { return "not measured" }
        return worst.reason.isEmpty ? worst.outcome.rawValue : "\(worst.outcome.rawValue): \(worst.reason)"
    }
}
