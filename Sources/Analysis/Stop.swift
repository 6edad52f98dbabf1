public import BenchrunModel
import Results

/// Why no further round of a row was asked for.
public struct Stop: Sendable, Codable, Equatable {
    /// Why; nil where the run was killed before it could say so.
    public var reason: StopReason?
    /// The round after which it was decided; rounds that followed are in the figures all the same.
    public var round: Int?

    /// Creates a stop.
    public init(reason: StopReason?, round: Int?) {
        self.reason = reason
        self.round = round
    }
}

extension RunManifest {
    /// The rule of the run; runs that did not record one had a fixed number of rounds.
    var stoppingRule: StoppingRule { schedule?.stopping ?? .fixed(rounds) }

    /// Why a row stopped; nil in runs that did not record it.
    func stop(of workload: String, _ caseLabel: String, in environment: String) -> Stop? {
        let pair = schedule?.pairs.first {
            $0.workload == workload && $0.caseLabel == caseLabel && $0.environment == environment
        }
        return pair.map { Stop(reason: $0.reason, round: $0.closedAt) }
    }
}
