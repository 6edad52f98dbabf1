import BenchrunModel
import Results
import Statistics

/// Gathers the timelines of workloads of the class startup that judge ``Phase/answered``.
struct TimelineAnalysis {
    let results: [MetricResult]

    /// One for each workload and case, in the order of the plan.
    func timelines() -> [Timeline] {
        var timelines: [Timeline] = []
        let totals = results.filter {
            $0.workloadClass == .startup && $0.isPrimary && $0.metric.name == Phase.answered.rawValue
        }
        for total in totals {
            let place = timelines.firstIndex { $0.workload == total.workload && $0.caseLabel == total.caseLabel }
            var timeline =
                place.map { timelines[$0] }
                ?? Timeline(
                    workload: total.workload,
                    title: total.title,
                    caseLabel: total.caseLabel,
                    bars: [],
                    missing: []
                )
            if let bar = bar(total) {
                timeline.bars.append(bar)
            } else {
                let reason = total.absence ?? "no value"
                timeline.missing.append(Timeline.Missing(environment: total.environment, reason: reason))
            }
            if let place { timelines[place] = timeline } else { timelines.append(timeline) }
        }
        return timelines.map { timeline in
            var sorted = timeline
            // Of equal ones the order of the plan.
            let order = timeline.bars.enumerated().sorted {
                ($0.element.total, $0.offset) < ($1.element.total, $1.offset)
            }
            sorted.bars = order.map(\.element)
            return sorted
        }
    }

    private func bar(_ total: MetricResult) -> Timeline.Bar? {
        guard let factor = StartupAnalysis.seconds[total.metric.unit], let median = total.median,
            let shortest = total.launches.map(\.value).min(), let longest = total.launches.map(\.value).max()
        else { return nil }
        let own = results.filter {
            $0.workload == total.workload && $0.caseLabel == total.caseLabel && $0.environment == total.environment
        }
        func length(_ phase: Phase) -> Timeline.Length? {
            guard let result = own.first(where: { $0.metric.name == phase.rawValue }), let median = result.median,
                let factor = StartupAnalysis.seconds[result.metric.unit]
            else { return nil }
            return Timeline.Length(phase: phase, seconds: median * factor)
        }
        let parts = Timeline.parts.compactMap(length)
        let boot = parts.isEmpty ? [length(.firstFrame)].compactMap { $0 } : parts
        let phases =
            [Phase.create, .start].compactMap(length) + boot + [Phase.service, .firstAnswer].compactMap(length)
        return Timeline.Bar(
            environment: total.environment,
            phases: phases,
            total: median * factor,
            shortest: shortest * factor,
            longest: longest * factor,
            launches: total.launches.count
        )
    }
}
