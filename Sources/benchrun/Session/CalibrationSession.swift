import Analysis
import BenchrunModel
import Experiment
import Host
import Results

/// Runs of environments against themselves, one after the other, each like any other run.
struct CalibrationSession: Sendable {
    /// What these runs are called in their manifests.
    static let suiteName = "calibration"
    /// Rounds of a run, unless the user says otherwise.
    static let rounds = 10
    /// Runs, unless the user says otherwise: the least from which tau is estimated.
    static let runs = 5

    /// What each run measures.
    let measurement: Measurement
    /// How many runs.
    let runs: Int
    /// Whether finished runs of the same plan, in the folder of the runs, count.
    let counts: Bool

    /// Measures the runs that are missing.
    /// - Returns: All of them, the oldest first; fewer where one did not complete, with the reason.
    func measure(_ display: ProgressDisplay) async throws -> (finished: [RunID], failure: String?) {
        var finished = counts ? try await earlierRuns() : []
        if !finished.isEmpty { display.line("\(finished.count) of \(runs) runs are there already") }
        while finished.count < runs {
            display.line("calibration run \(finished.count + 1) of \(runs)")
            let run = try await single(finished.count).measure(display)
            if run.failedCells > 0 {
                display.warning(
                    "\(run.failedCells) cells of run \(run.run) failed; 'benchrun report \(run.run)' says why"
                )
            }
            switch run.ending {
            case .completed: finished.append(run.run)
            case .interrupted: throw CancellationError()
            case .budget: return (finished, "the budget was spent before run \(run.run) was complete; raise --budget")
            case .failed(let reason): return (finished, "run \(run.run) failed: \(reason)")
            }
        }
        return (finished, nil)
    }

    /// A measurement of one run; with a seed of the user's, each run has its own that follows from it.
    private func single(_ index: Int) -> Measurement {
        var options = measurement.options
        options.seed = options.seed.map { $0 &+ UInt64(index) }
        return Measurement(
            selection: measurement.selection,
            catalog: measurement.catalog,
            store: measurement.store,
            options: options,
            output: measurement.output,
            makesReport: false
        )
    }

    /// Complete runs of the same plan on this host.
    private func earlierRuns() async throws -> [RunID] {
        let store = measurement.store.runs
        let workloads = measurement.selection.workloads.map { measurement.catalog.record(of: $0) }
        let environments = measurement.selection.environments
        let rounds = measurement.options.rounds
        let quota = measurement.selection.cpuQuota
        let memory = measurement.selection.memory
        let fingerprint = CalibrationStore.fingerprint(of: HostFacts.read())
        let limit = runs
        return try await FileQueue.run("calibration.runs") { () throws(ResultsError) -> [RunID] in
            let matching = store.runs().filter { run in
                guard let manifest = try? store.folder(of: run).loadManifest(), manifest.suite == Self.suiteName,
                    manifest.sessions.last?.ending == .completed, manifest.workloads == workloads,
                    manifest.environments.map(\.spec) == environments, manifest.rounds == rounds,
                    manifest.limits.cpuQuota == quota, manifest.limits.memory == memory
                else { return false }
                return manifest.environments.allSatisfy { $0.unavailable == nil }
                    && CalibrationStore.fingerprint(of: manifest.host) == fingerprint
            }
            return Array(matching.suffix(limit))
        }
    }

    /// What runs say together.
    func analysis(of runs: [RunID]) async throws -> CalibrationAnalysis {
        let store = measurement.store.runs
        return try await FileQueue.run("calibration.read") { () throws(ResultsError) in
            var analysis = CalibrationAnalysis()
            for run in runs {
                let folder = store.folder(of: run)
                analysis.add(try folder.loadManifest(), try RunAnalysis.of(folder))
            }
            return analysis
        }
    }
}
