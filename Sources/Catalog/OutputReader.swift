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
    ) -> Result<Reading, ParseFailure> {
        do throws(ParseFailure) {
            try checkTermination(of: execution, limit: workload.timeout)
            let output = try Output(execution, parser: workload.parser)
            let figures = Figures(values: values, execution: execution, output: output, hostPeakMemory: hostPeakMemory)
            var reading = Reading()
            for metric in workload.metrics {
                let value = try scaled(try figures.number(metric.source, for: metric.name), metric)
                let count = try metric.requests.map { source throws(ParseFailure) in
                    try figures.amount(Work.Claim(source: source), of: "requests of \(metric.name)")
                }
                reading.values.append(MetricValue(metric: metric, value: value, count: count.map { Int(clamping: $0) }))
            }
            if let work = workload.work { reading.work = try figures.work(work) }
            return .success(reading)
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
