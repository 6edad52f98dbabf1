import BenchrunModel
import Statistics

/// Values of cells gathered from their rows, so that a schedule can see the ratios of the rounds so far: from this
/// session's rows as they come, and from samples.csv when a run is resumed.
struct PairTable: Sendable, Equatable {
    /// A workload and case, a metric and an environment.
    private struct Series: Hashable {
        var block: BlockKey
        var metric: String
        var environment: String
    }

    /// One attempt at a block: only its own values are compared with each other.
    private struct Attempt: Hashable, Comparable {
        var session: Int
        var number: Int

        static func < (a: Attempt, b: Attempt) -> Bool { (a.session, a.number) < (b.session, b.number) }
    }

    private struct Launch: Equatable {
        var sum = 0.0
        var count = 0
        var isBroken = false
        var isInvalid = false

        var value: Double? { isBroken || count == 0 ? nil : sum / Double(count) }
    }

    /// The environment that the others are compared with.
    let reference: String
    /// What rows are for that count.
    let stage: Stage
    private var series: [Series: [Int: [Attempt: Launch]]] = [:]

    init(reference: String = EnvironmentSpec.nativeName, stage: Stage = .measured) {
        self.reference = reference
        self.stage = stage
    }

    /// Takes note of a row; of those that do not count, none is kept.
    mutating func note(_ sample: Sample) {
        guard sample.stage == stage, sample.round > 0 else { return }
        let key = Series(
            block: BlockKey(workload: sample.workload, caseLabel: sample.caseLabel),
            metric: sample.metric,
            environment: sample.environment
        )
        let attempt = Attempt(session: sample.session, number: sample.attempt)
        var launch = series[key]?[sample.round]?[attempt] ?? Launch()
        if sample.outcome == .ok, let value = sample.value {
            launch.sum += value
            launch.count += 1
        } else {
            launch.isBroken = true
        }
        if sample.outcome == .invalid { launch.isInvalid = true }
        series[key, default: [:]][sample.round, default: [:]][attempt] = launch
    }

    /// The log ratio of each round that has one, in the order of the rounds: of the latest attempt in which both the
    /// environment and native have a value.
    func ratios(of block: BlockKey, _ metric: Metric, in environment: String) -> [(round: Int, logRatio: Double)] {
        let native = launches(block, metric, reference)
        return launches(block, metric, environment).sorted { $0.key < $1.key }.compactMap { round, attempts in
            guard let base = native[round],
                let attempt = attempts.keys.filter({ attempts[$0]?.value != nil && base[$0]?.value != nil }).max(),
                let value = attempts[attempt]?.value, let reference = base[attempt]?.value,
                let ratio = LogRatio.of(
                    native: [reference],
                    environment: [value],
                    higherIsBetter: metric.better == .higher
                ).first, ratio.isFinite
            else { return nil }
            return (round, ratio)
        }
    }

    /// Rounds without a ratio in which one of the two cells was found invalid.
    func invalidRounds(of block: BlockKey, _ metric: Metric, in environment: String) -> [Int] {
        let sound = Set(ratios(of: block, metric, in: environment).map(\.round))
        let both = [reference, environment].flatMap { name in
            launches(block, metric, name).filter { $0.value.values.contains(where: \.isInvalid) }.keys
        }
        return Set(both).subtracting(sound).sorted()
    }

    private func launches(
        _ block: BlockKey,
        _ metric: Metric,
        _ environment: String
    ) -> [Int: [Attempt: Launch]] {
        series[Series(block: block, metric: metric.name, environment: environment)] ?? [:]
    }
}
