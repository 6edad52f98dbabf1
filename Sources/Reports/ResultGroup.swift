import Analysis
import BenchrunModel
import Results

/// The primary results of one workload and case, native apart from the others.
struct ResultGroup {
    var native: MetricResult?
    /// In the order of the plan.
    var others: [MetricResult]

    var first: MetricResult? { native ?? others.first }

    /// Groups of the primary metrics that can be judged, in the order of the plan.
    static func all(of analysis: RunAnalysis) -> [ResultGroup] {
        // Operations of an engine have nothing native to be compared with.
        groups(of: analysis.primary.filter { $0.metric.better != .none && !$0.isOperation })
    }

    /// Groups of all metrics, judged or not.
    static func everything(of analysis: RunAnalysis) -> [ResultGroup] {
        groups(of: analysis.results)
    }

    private static func groups(of results: [MetricResult]) -> [ResultGroup] {
        var groups: [ResultGroup] = []
        var places: [[String]: Int] = [:]
        for result in results {
            let key = [result.workload, result.caseLabel, result.metric.name]
            let place = places[key] ?? groups.count
            if places[key] == nil {
                places[key] = place
                groups.append(ResultGroup(native: nil, others: []))
            }
            if result.environment == "native" {
                groups[place].native = result
            } else {
                groups[place].others.append(result)
            }
        }
        return groups
    }
}
