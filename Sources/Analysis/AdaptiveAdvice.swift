import BenchrunModel
import Results

/// What is to be said about a run that was to measure until its intervals are narrow enough, and about instances that
/// were kept.
struct AdaptiveAdvice {
    let manifest: RunManifest

    func sentences() -> [String] {
        conditional() + (manifest.stoppingRule.mode == .adaptive ? cutOff() + wide() : [])
    }

    private func conditional() -> [String] {
        guard manifest.schedule?.reusesInstances ?? false else { return [] }
        return [
            "one instance of each environment served all rounds of a session (--reuse-instances): every figure is "
                + "conditional on instance and may be another one in the next; leave the option out for figures that are not"
        ]
    }

    /// Rows that the run's end left open.
    private func cutOff() -> [String] {
        let pairs = manifest.schedule?.pairs ?? []
        let open = pairs.filter { [nil, .budget, .interrupted].contains($0.reason) }
        let why = manifest.sessions.last.map(Analyzer.words) ?? "nothing was measured"
        if pairs.isEmpty { return ["no round was measured, because \(why); 'benchrun resume \(manifest.run)' begins"] }
        guard !open.isEmpty else { return [] }
        return [
            "\(open.count) of \(pairs.count) intervals are not yet as narrow as wanted, because \(why); continue with "
                + "'benchrun resume \(manifest.run)'"
        ]
    }

    /// Rows that the most rounds were not enough for.
    private func wide() -> [String] {
        let wide = (manifest.schedule?.pairs ?? []).filter { $0.reason == .maximum }
        guard !wide.isEmpty else { return [] }
        let names = wide.prefix(3).map { pair in
            "\(pair.workload)\(pair.caseLabel.isEmpty ? "" : " \(pair.caseLabel)") in \(pair.environment)"
        }
        let more = wide.count > 3 ? " and \(wide.count - 3) more" : ""
        return [
            "\(manifest.stoppingRule.maximum) rounds were not enough for intervals as narrow as wanted: "
                + "\(names.joined(separator: ", "))\(more); raise '--max-rounds', or 'half-width' in the environment's file"
        ]
    }
}
