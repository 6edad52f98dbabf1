import AgentProtocol
import BenchrunModel
import Catalog
import Results

/// A cell that executes a workload's command in a shared instance: set-up, warm-ups, iterations.
struct CommandCell: Sendable {
    let cell: Cell
    let live: LiveInstance
    let host: any ExperimentHost
    let onStep: @Sendable (String) -> Void

    /// What a cell left behind.
    struct Outcome: Sendable {
        var rows: [Sample]
        /// Telemetry of its executions.
        var telemetry: [TelemetryRecord] = []
        /// The first failure's saved output, empty when all went well.
        var evidence: String
    }

    /// Executes everything. A command that fails is a row with its reason; only a broken instance throws.
    func measure() async throws -> Outcome {
        for command in CommandBuilder.setup(of: cell.workload, case: cell.workloadCase) {
            onStep("set-up")
            let startedAt = host.now()
            let execution = try await live.agent.run(command, onOutput: nil)
            guard let failure = OutputReader.failure(of: execution, limit: cell.workload.timeout) else { continue }
            let reason = "set-up '\(command.arguments.joined(separator: " "))': \(failure.reason)"
            return Outcome(
                rows: cell.rows(
                    without: failure.outcome,
                    reason: reason,
                    startedAt: startedAt,
                    duration: host.now() - startedAt
                ),
                evidence: execution.evidence
            )
        }
        var outcome = Outcome(rows: [], evidence: "")
        let total = cell.workload.warmups + cell.workload.iterations
        for index in 0..<total {
            let isWarmup = index < cell.workload.warmups
            let iteration = isWarmup ? index + 1 : index - cell.workload.warmups + 1
            if cell.workload.pageCache == .cold {
                onStep("emptying page caches")
                if let reason = try await ColdCache(host: host, live: live).drop() {
                    let refusal = cell.rows(without: .refused, reason: reason, startedAt: host.now())
                    outcome.rows += refusal
                    return outcome
                }
            }
            onStep(step(iteration, isWarmup: isWarmup))
            let result = try await execute(iteration: iteration, stage: isWarmup ? .warmup : cell.stage)
            outcome.rows += result.rows
            outcome.telemetry += result.telemetry
            outcome.evidence = result.evidence
            // What follows a failure would measure something else.
            if !outcome.evidence.isEmpty { break }
        }
        return outcome
    }

    private func step(_ iteration: Int, isWarmup: Bool) -> String {
        let count = isWarmup ? cell.workload.warmups : cell.workload.iterations
        let name = isWarmup ? "warm-up" : "iteration"
        return count > 1 ? "\(name) \(iteration) of \(count)" : isWarmup ? name : "measuring"
    }

    private func execute(iteration: Int, stage: Stage) async throws -> Outcome {
        let observing = live.instance as? any Observing
        await observing?.resetPeakMemory()
        let command = CommandBuilder.command(of: cell.workload, case: cell.workloadCase)
        let watch = CellWatch(host: host, live: live)
        let mark = try await watch.begin()
        let startedAt = host.now()
        let execution = try await live.agent.run(command, onOutput: nil)
        let duration = host.now() - startedAt
        var window = try await watch.end(since: mark)
        window.add(execution.counters, of: .command)
        var peak = execution.peakMemory
        if peak == nil { peak = await observing?.peakMemory() }
        let reading = OutputReader.read(
            workload: cell.workload,
            case: cell.workloadCase,
            execution: execution,
            hostPeakMemory: peak
        )
        switch reading {
        case .success(let reading):
            window.add(reading.work, of: .work)
            let verdict = CellVerdict(window, load: cell.workload.load)
            let rows = reading.values.map { value in
                verdict.judge(
                    cell.row(
                        value.metric,
                        value: value.value,
                        iteration: iteration,
                        stage: stage,
                        startedAt: startedAt,
                        duration: duration
                    ),
                    of: value
                )
            }
            let record = cell.record(window, iteration: iteration, stage: stage)
            return Outcome(rows: rows, telemetry: [record], evidence: "")
        case .failure(let failure):
            let rows = cell.rows(
                without: failure.outcome,
                reason: failure.reason,
                iteration: iteration,
                stage: stage,
                startedAt: startedAt,
                duration: duration
            )
            let record = cell.record(window, iteration: iteration, stage: stage)
            return Outcome(rows: rows, telemetry: [record], evidence: execution.evidence)
        }
    }
}

extension Termination {
    /// `exited with 3`, `was killed by signal 9`, `ran into its time limit`.
    var sentence: String {
        switch self {
        case .exited(let status): "exited with \(status)"
        case .signalled(let signal): "was killed by signal \(signal)"
        case .timedOut: "ran into its time limit"
        }
    }
}

extension AgentProtocol.Execution {
    /// What the agent accounted for, as telemetry.
    fileprivate var counters: [String: UInt64] {
        var counters = [
            "wall": wall, "user": user, "system": system, "minor-faults": minorFaults, "major-faults": majorFaults,
            "voluntary-switches": voluntarySwitches, "involuntary-switches": involuntarySwitches,
        ]
        counters["run-delay"] = runDelay
        counters["memory.peak"] = peakMemory
        return counters
    }

    /// Everything the command printed, to be saved beside the samples.
    var evidence: String {
        let output = String(decoding: output, as: UTF8.self)
        let errors = String(decoding: errorOutput, as: UTF8.self)
        let note = dropped > 0 ? "\n[\(dropped) bytes more were dropped]\n" : ""
        return "[standard output]\n\(output)\n[standard error]\n\(errors)\(note)\n[it \(termination.sentence)]\n"
    }
}
