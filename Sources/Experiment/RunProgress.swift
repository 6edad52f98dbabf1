public import BenchrunModel

/// What a run has measured so far, in this session and earlier ones: from its rows alone, so that `resume` knows what is
/// left, and a schedule that depends on values how to go on.
public struct RunProgress: Sendable, Equatable {
    /// A workload in a case and a round.
    public struct Key: Sendable, Hashable {
        /// From 1; 0 in a pilot.
        public var round: Int
        /// Workload and case.
        public var block: BlockKey

        /// Creates a key.
        public init(round: Int, block: BlockKey) {
            self.round = round
            self.block = block
        }
    }

    /// Highest session number seen.
    public private(set) var lastSession = 0
    /// The end of each session's last cell, on the host's clock of that session.
    public private(set) var ends: [Int: UInt64] = [:]
    /// The values, for a schedule that depends on them.
    private(set) var pairs: PairTable
    private var environments: [Key: [Int: Set<String>]] = [:]
    private var attempts: [Key: Int] = [:]
    private let stage: Stage

    /// Nothing measured yet.
    /// - Parameters:
    ///   - reference: The environment that the others are compared with.
    ///   - stage: What rows are for that count.
    public init(reference: String = EnvironmentSpec.nativeName, stage: Stage = .measured) {
        self.stage = stage
        pairs = PairTable(reference: reference, stage: stage)
    }

    /// Takes note of a row.
    public mutating func note(_ sample: Sample) {
        let key = Key(
            round: sample.round,
            block: BlockKey(workload: sample.workload, caseLabel: sample.caseLabel)
        )
        lastSession = max(lastSession, sample.session)
        let end = sample.startedAt &+ sample.duration
        ends[sample.session] = max(ends[sample.session] ?? 0, end)
        attempts[key] = max(attempts[key] ?? 0, sample.attempt)
        pairs.note(sample)
        // A pilot belongs to no round.
        guard sample.round > 0 else { return }
        // A cell whose environment was lost is measured when the environment can be used again.
        guard ![.interrupted, .unavailable].contains(sample.outcome) else { return }
        // One whose warm-up failed has no measured row, but it is done all the same.
        guard sample.stage == stage || sample.outcome != .ok else { return }
        environments[key, default: [:]][sample.session, default: []].insert(sample.environment)
    }

    /// True when one session measured the block in every one of these environments: only then can its rows be
    /// paired. A block that was cut off is measured again in all of them.
    public func isComplete(_ key: Key, environments names: [String]) -> Bool {
        environments[key]?.values.contains { $0.isSuperset(of: names) } ?? false
    }

    /// The rounds that are complete in this sense, ascending.
    public func completeRounds(of block: BlockKey, in names: [String]) -> [Int] {
        environments.keys.filter { $0.block == block && isComplete($0, environments: names) }.map(\.round).sorted()
    }

    /// How often the block had been begun.
    public func attempts(_ key: Key) -> Int { attempts[key] ?? 0 }
}
