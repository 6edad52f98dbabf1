import AgentProtocol
import BenchrunModel

/// What an execution left: the values of its metrics, and what it did.
public struct Reading: Sendable, Equatable {
    /// One value a metric, in the workload's order.
    public var values: [MetricValue] = []
    /// `operations`, the bytes `read` and `written`, and `syncs`, as far as the workload's file says where they are.
    public var work: [String: UInt64] = [:]
}

/// The figures of one execution.
struct Figures {
    let values: Case
    let execution: Execution
    let output: Output
    let hostPeakMemory: UInt64?

    /// A figure, unscaled.
    func number(_ source: Metric.Source, for metric: String) throws(ParseFailure) -> Double {
        switch source {
        case .pattern(let pattern):
            return try output.number(matching: pattern, for: metric)
        case .path(let path):
            return try output.number(at: Placeholder.expand(path, with: values.values), for: metric)
        case .resource(let resource):
            return try resource.value(in: execution, metric, hostPeakMemory)
        case .phase(let phase):
            throw ParseFailure(
                reason: "metric '\(metric)': the phase '\(phase.rawValue)' is not a command's; "
                    + "use a workload with 'activity: lifecycle'"
            )
        case .density(let figure):
            throw ParseFailure(
                reason: "metric '\(metric)': '\(figure.rawValue)' is not a command's; "
                    + "use a workload with 'activity: density'"
            )
        }
    }

    /// A number of things.
    func amount(_ claim: Work.Claim, of name: String) throws(ParseFailure) -> UInt64 {
        let amount = try number(claim.source, for: name) * claim.scale
        guard amount.isFinite, amount >= 0, amount < 1e18 else {
            throw ParseFailure(reason: "\(name): expected an amount, found \(amount)")
        }
        return UInt64(amount.rounded())
    }

    /// What the tool says it has done.
    func work(_ work: Work) throws(ParseFailure) -> [String: UInt64] {
        var amounts: [String: UInt64] = [:]
        let claims = [
            ("operations", work.operations), ("read", work.read), ("written", work.written), ("syncs", work.syncs),
        ]
        for (name, claim) in claims {
            if let claim { amounts[name] = try amount(claim, of: "work: \(name)") }
        }
        return amounts
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
