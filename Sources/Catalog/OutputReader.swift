public import AgentProtocol
public import BenchrunModel

/// From what a command printed and what the agent measured around it to the values of a workload's metrics.
public enum OutputReader {
    /// Reads all metrics of an execution, or says why it counts as failed. Output is hostile: it may hold anything.
    /// - Parameters:
    ///   - workload: whose command it was.
    ///   - values: the case; it fills the placeholders in the paths of metrics.
    ///   - execution: what the agent reported.
    ///   - hostPeakMemory: peak memory as the host saw it, in bytes, used where the agent could not measure it.
    public static func read(
        workload: Workload,
        case values: Case,
        execution: Execution,
        hostPeakMemory: UInt64? = nil
    ) -> Result<[MetricValue], ParseFailure> {
        do throws(ParseFailure) {
            try checkTermination(of: execution, limit: workload.timeout)
            let output = try Output(execution, parser: workload.parser)
            var read: [MetricValue] = []
            for metric in workload.metrics {
                let raw = try value(of: metric, values, execution, output, hostPeakMemory)
                read.append(MetricValue(metric: metric, value: try scaled(raw, metric)))
            }
            return .success(read)
        } catch {
            return .failure(error)
        }
    }

    /// Why an execution did not succeed; nil where it did. For commands without metrics, such as a workload's setup.
    public static func failure(of execution: Execution, limit: Duration) -> ParseFailure? {
        do throws(ParseFailure) {
            try checkTermination(of: execution, limit: limit)
            return nil
        } catch {
            return error
        }
    }

    private static func checkTermination(of execution: Execution, limit: Duration) throws(ParseFailure) {
        let tail =
            execution.errorOutput.contains { $0 > 0x20 }
            ? "standard error ends: \(Excerpt.end(of: execution.errorOutput))"
            : "standard output ends: \(Excerpt.end(of: execution.output))"
        switch execution.termination {
        case .exited(0): return
        case .exited(let status):
            throw ParseFailure(reason: "the command exited with status \(status); \(tail)")
        case .signalled(let signal):
            let cause = signal == 9 ? " (the kernel sends 9 when the instance's memory limit is reached)" : ""
            throw ParseFailure(reason: "the command was ended by signal \(signal)\(cause); \(tail)")
        case .timedOut:
            throw ParseFailure(
                outcome: .timeout,
                reason: "the command did not end within \(limit); raise 'timeout' in its file; \(tail)"
            )
        }
    }

    private static func value(
        of metric: Metric,
        _ values: Case,
        _ execution: Execution,
        _ output: Output,
        _ hostPeakMemory: UInt64?
    ) throws(ParseFailure) -> Double {
        switch metric.source {
        case .pattern(let pattern):
            return try output.number(matching: pattern, for: metric.name)
        case .path(let path):
            return try output.number(at: Placeholder.expand(path, with: values.values), for: metric.name)
        case .resource(let resource):
            return try resource.value(in: execution, metric.name, hostPeakMemory)
        case .phase(let phase):
            throw ParseFailure(
                reason: "metric '\(metric.name)': the phase '\(phase.rawValue)' is not a command's; "
                    + "use a workload with 'activity: lifecycle'"
            )
        }
    }

    private static func scaled(_ raw: Double, _ metric: Metric) throws(ParseFailure) -> Double {
        let value = raw * metric.scale
        guard value.isFinite else {
            throw ParseFailure(reason: "metric '\(metric.name)': \(raw) times \(metric.scale) is not a finite number")
        }
        guard metric.better == .none || value > 0 else {
            throw ParseFailure(
                reason: "metric '\(metric.name)': expected more than 0, since environments are compared by their "
                    + "ratio, found \(value)"
            )
        }
        return value
    }
}

extension Resource {
    /// The figure in the resource's own unit.
    fileprivate func value(
        in execution: Execution,
        _ metric: String,
        _ hostPeakMemory: UInt64?
    ) throws(ParseFailure) -> Double {
        switch self {
        case .wall: return Double(execution.wall) / 1e9
        case .user: return Double(execution.user) / 1e9
        case .system: return Double(execution.system) / 1e9
        case .majorFaults: return Double(execution.majorFaults)
        case .contextSwitches: return Double(execution.voluntarySwitches) + Double(execution.involuntarySwitches)
        case .peakMemory:
            guard let bytes = execution.peakMemory ?? hostPeakMemory else {
                throw ParseFailure(
                    reason: "metric '\(metric)': neither the agent nor the host can read the peak memory here"
                )
            }
            return Double(bytes)
        }
    }
}
