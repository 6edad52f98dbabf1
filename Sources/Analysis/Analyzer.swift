import BenchrunModel
import Results
import Statistics

/// Derives a ``RunAnalysis`` from a manifest and its launches.
struct Analyzer {
    let manifest: RunManifest
    let table: LaunchTable
    var witness = CellWitness()

    /// Everything.
    func analysis() -> RunAnalysis {
        let results = manifest.workloads.flatMap { workload in
            workload.cases.flatMap { label in
                workload.metrics.enumerated().flatMap { index, metric in
                    manifest.environments.compactMap { environment in
                        result(workload, label, metric, isPrimary: index == 0, environment)
                    }
                }
            }
        }
        let withValue = Set(
            results.filter(\.isPrimary).flatMap { result in
                result.launches.map { Place(result.environment, result.workload, result.caseLabel, $0.round) }
            }
        )
        // An environment that was missing from the start is said to be so once, not once a row.
        let missing = Set(manifest.environments.filter { $0.unavailable != nil }.map(\.spec.name))
        let failures = table.failureSummaries { failure, round in
            withValue.contains(Place(failure.environment, failure.workload, failure.caseLabel, round))
        }.filter { $0.outcome != .unavailable || !missing.contains($0.environment) }
        var analysis = RunAnalysis(
            run: manifest.run,
            suiteName: manifest.suite,
            plannedRounds: manifest.rounds,
            stopping: manifest.stoppingRule,
            reusesInstances: manifest.schedule?.reusesInstances ?? false,
            measuredRounds: table.rounds.count,
            environments: environments(results, failures),
            results: SeriesAnalysis(manifest: manifest, table: table).noted(results.map { explained($0, failures) }),
            suite: [],
            startup: [],
            failures: failures,
            differences: Parity(manifest: manifest).differences(),
            warnings: []
        )
        analysis.suite = SuiteAnalysis(manifest: manifest, results: results).figures()
        analysis.ladders = LadderAnalysis(manifest: manifest, table: table).results()
        analysis.startup = StartupAnalysis(results: analysis.results).timelines()
        analysis.timelines = TimelineAnalysis(results: analysis.results).timelines()
        analysis.visible = NoiseFloorAnalysis(manifest: manifest, results: analysis.results).differences()
        analysis.attestation = Attester(manifest: manifest).attestation()
        analysis.origin = manifest.origin
        analysis.guards = guards(analysis.attestation)
        analysis.warnings = Advice(manifest: manifest, analysis: analysis, notes: table.notes + table.strangerNotes)
            .warnings()
        return analysis
    }

    /// None in an imported run: how it was measured is not known here.
    private func guards(_ attestation: Attestation) -> [MethodGuard] {
        guard manifest.origin == nil else { return [] }
        return
            (FactGuards(manifest: manifest, attestation: attestation).lines()
            + CellGuardLines(manifest: manifest, witness: witness).lines()).sorted { $0.number < $1.number }
    }

    private struct Place: Hashable {
        var environment, workload, caseLabel: String
        var round: Int

        init(_ environment: String, _ workload: String, _ caseLabel: String, _ round: Int) {
            self.environment = environment
            self.workload = workload
            self.caseLabel = caseLabel
            self.round = round
        }
    }

    private func result(
        _ workload: WorkloadRecord,
        _ label: String,
        _ metric: MetricRecord,
        isPrimary: Bool,
        _ environment: EnvironmentRecord
    ) -> MetricResult? {
        let name = environment.spec.name
        let isNative = name == EnvironmentSpec.nativeName
        // Fork and exec without any isolation exists natively only: elsewhere it is not missing.
        if metric.name == Phase.bareExec.rawValue, !isNative { return nil }
        // And operations of an engine exist only where there is one.
        let hasEngine = workload.operation == nil || table.hasRows(of: workload.name, in: name)
        guard hasEngine || environment.unavailable != nil else { return nil }
        let bySession = launches(workload, label, metric, name)
        let launches = Self.latest(bySession)
        let values = launches.map(\.value)
        var comparison: Comparison?
        if !isNative, metric.better != .none, workload.operation == nil {
            let native = self.launches(workload, label, metric, EnvironmentSpec.nativeName)
            let target = manifest.stoppingRule.target(of: environment.spec)
            comparison =
                manifest.isUnpaired
                ? Comparison(
                    native: Self.latest(native),
                    environment: launches,
                    metric: metric,
                    halfWidthTarget: target,
                    alpha: manifest.stoppingRule.alpha
                )
                : compare(native: native, with: bySession, metric, target: target)
            if isPrimary { comparison?.stop = manifest.stop(of: workload.name, label, in: name) }
        }
        var result = MetricResult(
            workload: workload.name,
            title: workload.title,
            workloadClass: workload.workloadClass,
            caseLabel: label,
            metric: metric,
            isPrimary: isPrimary,
            environment: name,
            launches: launches,
            median: Summary.median(values),
            variation: variation(values),
            comparison: comparison,
            absence: nil
        )
        result.isOperation = workload.operation != nil
        if isPrimary { result.cellNotes = witness.flags(of: result) }
        let cost = CostAnalysis(seed: manifest.seed, table: table).estimate(result)
        result.comparison?.cost = cost
        return result
    }

    private func launches(
        _ workload: WorkloadRecord,
        _ label: String,
        _ metric: MetricRecord,
        _ environment: String
    ) -> [Int: [LaunchTable.Take: Double]] {
        table.launches(
            LaunchTable.Key(
                workload: workload.name,
                caseLabel: label,
                metric: metric.name,
                environment: environment
            )
        )
    }

    /// One launch a round, the latest, in the order of the rounds.
    private static func latest(_ bySession: [Int: [LaunchTable.Take: Double]]) -> [Launch] {
        bySession.compactMap { round, sessions in
            sessions.max { $0.key < $1.key }.map { Launch(round: round, session: $0.key.session, value: $0.value) }
        }.sorted { $0.round < $1.round }
    }

    /// Standard deviation over mean; nil where the mean is not positive.
    private func variation(_ values: [Double]) -> Double? {
        guard let mean = Summary.mean(values), mean > 0, let deviation = Summary.sd(values) else { return nil }
        return deviation / mean
    }

    /// Pairs of one round, session and attempt: of a round that was measured several times, the latest that has both.
    private func compare(
        native: [Int: [LaunchTable.Take: Double]],
        with environment: [Int: [LaunchTable.Take: Double]],
        _ metric: MetricRecord,
        target: Double
    ) -> Comparison {
        var pairs: [Comparison.Pair] = []
        var unusable: [Int] = []
        for (round, sessions) in environment.sorted(by: { $0.key < $1.key }) {
            guard let base = native[round],
                let take = sessions.keys.filter({ base[$0] != nil }).max(),
                let value = sessions[take], let reference = base[take]
            else { continue }
            let d = LogRatio.of(native: [reference], environment: [value], higherIsBetter: metric.better == .higher)
            if let ratio = d.first, ratio.isFinite {
                pairs.append(Comparison.Pair(round: round, session: take.session, logRatio: ratio))
            } else {
                unusable.append(round)
            }
        }
        return Comparison(
            pairs: pairs,
            unusableRounds: unusable,
            delta: metric.delta,
            halfWidthTarget: target,
            alpha: manifest.stoppingRule.alpha
        )
    }

    private func environments(_ results: [MetricResult], _ failures: [FailureSummary]) -> [EnvironmentSummary] {
        manifest.environments.map { record in
            EnvironmentSummary(
                name: record.spec.name,
                title: record.spec.title,
                driver: record.spec.driver,
                unavailable: record.unavailable,
                launches: results.filter { $0.isPrimary && $0.environment == record.spec.name }
                    .reduce(0) { $0 + $1.launches.count },
                failures: failures.filter { $0.environment == record.spec.name }.reduce(0) { $0 + $1.count }
            )
        }
    }

    /// Says why a result has no value.
    private func explained(_ result: MetricResult, _ failures: [FailureSummary]) -> MetricResult {
        guard result.launches.isEmpty else { return result }
        var result = result
        if let record = manifest.environments.first(where: { $0.spec.name == result.environment }),
            let unavailable = record.unavailable
        {
            result.absence = "not available: \(unavailable.reason)"
            return result
        }
        let own = failures.filter {
            $0.environment == result.environment && $0.workload == result.workload && $0.caseLabel == result.caseLabel
        }
        if let worst = own.max(by: { $0.count < $1.count }) {
            result.absence =
                worst.reason.isEmpty ? "\(worst.outcome.rawValue)" : "\(worst.outcome.rawValue): \(worst.reason)"
        } else if Self.hasNoSuchPhase(result, table) {
            result.absence = "instances of this kind have no such thing"
        } else if let ending = manifest.sessions.last, ending.ending != .completed {
            result.absence = "not measured: \(Self.words(ending))"
        } else {
            result.absence = manifest.origin == nil ? "no samples in samples.csv" : "not in the imported files"
        }
        return result
    }

    /// Whether a lifecycle was measured there, and without a failure did not give this phase: a container has no
    /// firmware, a domain no commit.
    private static func hasNoSuchPhase(_ result: MetricResult, _ table: LaunchTable) -> Bool {
        result.workloadClass == .startup && Phase(rawValue: result.metric.name) != nil
            && table.hasValues(of: result.workload, result.caseLabel, in: result.environment)
    }

    /// How a session ended, to continue a sentence.
    static func words(_ session: SessionRecord) -> String {
        let words =
            switch session.ending {
            case .completed: "the run was completed"
            case .budget: "the budget was spent before"
            case .interrupted: "the run was interrupted"
            case .failed: "the run failed"
            case nil: "the run was killed or still goes on"
            }
        return session.reason.isEmpty ? words : "\(words) (\(session.reason))"
    }
}
