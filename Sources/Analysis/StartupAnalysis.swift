import BenchrunModel
import Results
import Statistics

/// Gathers the phases of lifecycle workloads: metrics named like a ``Phase`` in workloads of the class startup.
struct StartupAnalysis {
    let results: [MetricResult]

    /// One result for each lifecycle workload, case and environment, in the order of the plan.
    func timelines() -> [StartupResult] {
        var order: [Place] = []
        var byPlace: [Place: StartupResult] = [:]
        for result in results where result.workloadClass == .startup {
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

    private struct Place: Hashable {
        var workload, caseLabel, environment: String
    }

    /// Seconds in a unit of time.
    private static let seconds = ["s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9]
}
