import BenchrunModel
import Results
import Statistics

/// Gathers the phases of plain lifecycle workloads: metrics named like a ``Phase`` in workloads of the class startup
/// whose first metric is such a phase, not an answer, an operation or a crowd.
struct StartupAnalysis {
    let results: [MetricResult]

    /// One result for each lifecycle workload, case and environment, in the order of the plan.
    func timelines() -> [StartupResult] {
        var order: [Place] = []
        var byPlace: [Place: StartupResult] = [:]
        let own = Set(results.filter { $0.isPrimary && Self.isPlain($0.metric.name) }.map(\.workload))
        for result in results where result.workloadClass == .startup && own.contains(result.workload) {
            guard Phase(rawValue: result.metric.name) != nil else { continue }
            let place = Place(
                workload: result.workload,
                caseLabel: result.caseLabel,
                environment: result.environment
            )
            if byPlace[place] == nil { order.append(place) }
            var startup =
                byPlace[place]
                ?? StartupResult(
                    workload: result.workload,
                    caseLabel: result.caseLabel,
                    environment: result.environment,
                    phases: [:],
                    absence: result.absence
                )
            if let median = result.median, let factor = Self.seconds[result.metric.unit] {
                startup.phases[result.metric.name] = median * factor
                startup.absence = nil
            }
            byPlace[place] = startup
        }
        return order.compactMap { byPlace[$0] }
    }

    private static func isPlain(_ metric: String) -> Bool {
        Phase(rawValue: metric).map(Phase.ofOneLife.contains) ?? false
    }

    private struct Place: Hashable {
        var workload, caseLabel, environment: String
    }

    /// Seconds in a unit of time.
    static let seconds = ["s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9]
}
