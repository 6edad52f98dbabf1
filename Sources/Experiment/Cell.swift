import BenchrunModel
import Results

/// Where a cell stands in its run: everything its rows have in common.
struct Cell: Sendable {
    var run: RunID
    var session: Int
    var round: Int
    var slot: Int
    var position: Int
    var attempt: Int
    var environment: String
    var instance: String
    var workload: Workload
    var workloadCase: Case
    /// `candidate` or `baseline` in an A/B run, else empty.
    var arm = ""
    /// What iterations of a round are for.
    var roundStage = Stage.measured

    /// Unique in the run: `r3.sysbench-cpu.docker.1`, with the case where there is one.
    var identifier: String {
        let label = workloadCase.label
        let name = label.isEmpty ? workload.name : "\(workload.name)[\(label)]"
        // A confirmation counts its rounds anew.
        let prefix = roundStage == .confirmation ? "c" : "r"
        return "\(prefix)\(round).\(name).\(environment).\(attempt)"
    }

    /// What its iterations are for.
    var stage: Stage { round == 0 ? .pilot : roundStage }

    var block: BlockKey { BlockKey(workload: workload.name, caseLabel: workloadCase.label) }

    /// A row of this cell that carries a value.
    func row(
        _ metric: Metric,
        value: Double,
        iteration: Int,
        stage: Stage,
        startedAt: UInt64,
        duration: UInt64
    ) -> Sample {
        sample(metric, value: value, iteration, stage, .ok, reason: "", startedAt, duration)
    }

    /// The telemetry of one of its executions.
    func record(_ counters: Counters, iteration: Int, stage: Stage) -> TelemetryRecord {
        TelemetryRecord(cell: identifier, session: session, stage: stage, iteration: iteration, counters: counters)
    }

    /// A row for each metric of the workload, without a value.
    func rows(
        without outcome: Outcome,
        reason: String,
        iteration: Int = 1,
        stage: Stage? = nil,
        startedAt: UInt64,
        duration: UInt64 = 0
    ) -> [Sample] {
        let stage = stage ?? self.stage
        return workload.metrics.map {
            sample($0, value: nil, iteration, stage, outcome, reason: reason, startedAt, duration)
        }
    }

    private func sample(
        _ metric: Metric,
        value: Double?,
        _ iteration: Int,
        _ stage: Stage,
        _ outcome: Outcome,
        reason: String,
        _ startedAt: UInt64,
        _ duration: UInt64
    ) -> Sample {
        Sample(
            run: run,
            session: session,
            round: round,
            slot: slot,
            position: position,
            cell: identifier,
            instance: instance,
            environment: environment,
            arm: arm,
            workload: workload.name,
            caseLabel: workloadCase.label,
            iteration: iteration,
            stage: stage,
            attempt: attempt,
            metric: metric.name,
            unit: metric.unit,
            better: metric.better,
            value: value,
            outcome: outcome,
            reason: reason,
            startedAt: startedAt,
            duration: duration
        )
    }
}
