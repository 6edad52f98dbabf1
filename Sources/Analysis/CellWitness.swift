import BenchrunModel
import Results

/// What the guards of cells found in a run, gathered while its samples are read.
struct CellWitness {
    /// A range of a figure over executions, and in which environment its far end was.
    struct Extreme: Equatable {
        var value: Double
        var environment: String
    }

    /// How often a flag was raised.
    struct Count: Hashable {
        var flag: CellFlag
        var environment: String
    }

    /// The launches of one row.
    private struct Row: Hashable {
        var workload, caseLabel, environment: String
    }

    /// Measured executions.
    private(set) var executions = 0
    /// Those whose tool claims something of the device.
    private(set) var claiming = 0
    /// Of all, the ones with telemetry.
    private(set) var watched = 0
    /// Executions by flag and environment.
    private(set) var raised: [Count: Int] = [:]
    /// Rounds by flag, of executions that count all the same.
    private var flagged: [Row: [CellFlag: Set<Int>]] = [:]
    /// Executions that a guard found invalid.
    private(set) var invalid = 0
    private(set) var steal: Extreme?
    private(set) var runDelay: Extreme?
    private(set) var foreign: Extreme?
    private(set) var throttled: Extreme?
    private(set) var clockError: Extreme?
    /// The least share of what was claimed that the device saw.
    private(set) var readRatio: Extreme?
    private(set) var writtenRatio: Extreme?
    private(set) var syncRatio: Extreme?
    private var lastSecondary: TelemetryTable.Key?
    /// benchrun's own share of a CPU, all executions together.
    private(set) var harness = 0.0

    /// Takes a row of a workload's primary metric.
    mutating func add(_ sample: Sample, _ telemetry: TelemetryTable?) {
        guard sample.stage == .measured || sample.stage == .confirmation, sample.value != nil else { return }
        executions += 1
        if sample.outcome == .invalid { invalid += 1 }
        for flag in sample.flags.compactMap(CellFlag.init(rawValue:)) {
            raised[Count(flag: flag, environment: sample.environment), default: 0] += 1
            guard sample.outcome == .ok else { continue }
            let row = Row(workload: sample.workload, caseLabel: sample.caseLabel, environment: sample.environment)
            flagged[row, default: [:]][flag, default: []].insert(sample.round)
        }
        guard let telemetry, let shares = telemetry.shares(of: sample) else { return }
        watched += 1
        if shares.isClaiming { claiming += 1 }
        harness += telemetry.harness(of: sample) ?? 0
        let name = sample.environment
        Self.note(shares.steal, name, in: &steal, >)
        Self.note(shares.runDelay, name, in: &runDelay, >)
        Self.note(shares.foreign, name, in: &foreign, >)
        Self.note(shares.throttled, name, in: &throttled, >)
        Self.note(shares.clockError.map(abs), name, in: &clockError, >)
        Self.note(shares.readRatio, name, in: &readRatio, <)
        Self.note(shares.writtenRatio, name, in: &writtenRatio, <)
        Self.note(shares.syncRatio, name, in: &syncRatio, <)
    }

    /// Flags of a row's launches, and in how many rounds each was raised.
    func flags(of result: MetricResult) -> [CellNote] {
        let row = Row(workload: result.workload, caseLabel: result.caseLabel, environment: result.environment)
        return (flagged[row] ?? [:]).map { CellNote(flag: $0.key, rounds: $0.value.count) }.sorted {
            $0.flag.rawValue < $1.flag.rawValue
        }
    }

    /// Takes flags of a metric that is not the primary one: those of quantiles.
    mutating func addSecondary(_ sample: Sample) {
        guard sample.stage == .measured, sample.value != nil, !sample.flags.isEmpty else { return }
        // Several quantiles of one execution are one.
        let execution = TelemetryTable.Key(cell: sample.cell, iteration: sample.iteration)
        guard execution != lastSecondary else { return }
        lastSecondary = execution
        for flag in sample.flags.compactMap(CellFlag.init(rawValue:)) where flag.guardNumber == 10 {
            raised[Count(flag: flag, environment: sample.environment), default: 0] += 1
        }
    }

    /// How often flags were raised in all, and where.
    func raised(_ flags: [CellFlag]) -> [(count: Count, executions: Int)] {
        raised.filter { flags.contains($0.key.flag) }.map { ($0.key, $0.value) }.sorted {
            ($0.count.flag.rawValue, $0.count.environment) < ($1.count.flag.rawValue, $1.count.environment)
        }
    }

    private static func note(
        _ value: Double?,
        _ environment: String,
        in extreme: inout Extreme?,
        _ isFarther: (Double, Double) -> Bool
    ) {
        guard let value, value.isFinite else { return }
        if let known = extreme, !isFarther(value, known.value) { return }
        extreme = Extreme(value: value, environment: environment)
    }
}
