import BenchrunModel
import Experiment
import Results

extension RunManifest {
    /// What is left of an adaptive run's budget when it is resumed: one that was interrupted goes on with the rest,
    /// and one that had spent it gets as much again, since that is what is asked for then. Nil is unlimited, as in a run
    /// whose number of rounds is fixed: that is its limit.
    func budgetLeft(after progress: RunProgress) -> Duration? {
        guard let budget, schedule?.stopping.mode == .adaptive else { return nil }
        let spent = sessions.reduce(0.0) { sum, session in
            // A session that was killed could not say how long it took, but its last cell has an end.
            let measured = progress.ends[session.number].map { Double($0) - Double(session.hostClock) } ?? 0
            return sum + (session.seconds ?? max(0, measured / 1e9))
        }
        return .milliseconds(Int64((spent < budget ? budget - spent : budget) * 1000))
    }
}
