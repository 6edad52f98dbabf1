import BenchrunModel
import Glibc
import Results

/// How a run was measured and judged, in plain words.
struct Method {
    let manifest: RunManifest

    var paragraphs: [String] {
        [
            "The same bytes ran everywhere: one root file system, given to each environment as a directory, an image or a "
                + "disk, with the same CPUs, quota and memory, and the same agent inside that starts the command and "
                + "reads the clock.",
            "The run is made of rounds. \(instances) and runs each workload once in every "
                + "one of them, native always included. Within a workload the environments run back to back, in an "
                + "order taken from seeded random Latin squares, so that each sits equally often in each place: a host "
                + "that grows warm or busy harms all alike. One launch counts as one value; its iterations are averaged "
                + "and never counted as if they were independent.",
            "Each round gives one ratio between an environment and native, turned so that more than 0 always means that "
                + "the environment costs more. Average every pair of rounds, each round with itself too: the middle one "
                + "of these averages is the answer (the Hodges-Lehmann estimate). The interval beside it is exact for "
                + "the number of rounds, whatever the distribution of the noise; it needs at least 6 rounds, and with "
                + "fewer there is none.",
            rounds,
            "A verdict compares that interval with the smallest change that matters, which each workload's file states: "
                + "slower or faster when the whole interval lies beyond it, equivalent when the whole interval lies "
                + "within it, inconclusive otherwise. Inconclusive does not mean equal: it means that more rounds are "
                + "needed, and the table says how many an interval of the wanted width would likely take.",
            "The figure over all workloads is a geometric mean, taken inside each round first. Start-up is not in it: it "
                + "is paid once and not per unit of work.",
        ]
    }

    /// How an instance comes to a round.
    private var instances: String {
        manifest.schedule?.reusesInstances ?? false
            ? "Every round takes the one instance of each environment that was started first and kept "
                + "(--reuse-instances, so that the results are conditional on instance)"
            : "Every round starts each environment afresh"
    }

    /// Who decided on the number of rounds.
    private var rounds: String {
        guard let rule = manifest.schedule?.stopping, rule.mode == .adaptive else {
            return "The number of rounds was fixed before the first one."
        }
        return
            "The number of rounds was not fixed. Each row went on from round \(rule.minimum) until its interval was as "
            + "narrow as wanted, to at most \(rule.maximum) rounds or to the end of the time budget; what the interval "
            + "says had no part in it. A workload stays until all its rows are done and every environment has been in "
            + "each place equally often, and a row uses all rounds it took part in. The interval is calculated at "
            + "\(Format.number((1 - rule.alpha) * 100)) % and counts as one of 95 %, which pays for looking at it after "
            + "every round."
    }

    /// What a pilot decided.
    static func pilot(_ pilot: PilotRecord) -> ReportModel.Pair {
        let name = pilot.caseLabel.isEmpty ? pilot.workload : "\(pilot.workload) \(pilot.caseLabel)"
        let share = { (variance: Double?) -> String in
            guard let variance else { return "unknown" }
            return variance > 0 ? "\(Format.share(variance.squareRoot()))" : "none"
        }
        let why =
            pilot.launchVariance == nil
            ? "the pilot gave no values"
            : "in a pilot of \(pilot.launches) launches the spread between iterations was "
                + "\(share(pilot.iterationVariance)), that between launches \(share(pilot.launchVariance))"
        return ReportModel.Pair(
            name: "Iterations of \(name)",
            value: "\(pilot.iterations) in each launch (at most \(pilot.maximum)); \(why)"
        )
    }

    /// How a session ended, in words.
    static func ending(_ session: SessionRecord) -> String {
        let words =
            switch session.ending {
            case .completed: "completed"
            case .budget: "ended by its budget"
            case .interrupted: "interrupted"
            case .failed: "failed"
            case nil: "killed, or still going on"
            }
        return session.reason.isEmpty ? words : "\(words): \(session.reason)"
    }
}

/// Moments as text, in UTC so that a report is the same wherever it is made.
enum UTC {
    /// `2026-11-23 22:45 UTC`
    static func minute(_ secondsSince1970: Double) -> String {
        guard secondsSince1970.isFinite, abs(secondsSince1970) < 1e11 else { return "at an unknown time" }
        var moment = time_t(secondsSince1970.rounded(.down))
        var parts = tm()
        gmtime_r(&moment, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)) UTC"
    }
}
