public import BenchrunModel
import Glibc
public import Results
import Statistics

/// The launches of a run's primary metrics, in little memory: of a run with a million rows some tens of megabytes.
///
/// A row that is there twice counts once. Blocks on the run's files.
public struct RunSeries: Sendable {
    /// The run.
    public let manifest: RunManifest
    /// What was odd about the rows, one sentence each.
    public private(set) var notes: [String] = []

    private let primary: [String: String]
    private let environments: Set<String>
    private var series: [Key: LaunchSeries] = [:]
    private var last: Key?
    private var current = LaunchSeries()
    private var repeated = 0
    private var strangers = 0

    struct Key: Hashable {
        var workload, caseLabel, environment: String
    }

    /// Reads a run's folder.
    /// - Throws: ``ResultsError`` naming file and line.
    public init(_ folder: RunFolder) throws(ResultsError) {
        self.init(try folder.loadManifest())
        var reader = try SampleReader(path: folder.samples, tail: .skip)
        while let sample = try reader.next() { add(sample) }
        finish()
        if let line = reader.skippedLine {
            notes.append("\(folder.samples): line \(line) is cut off and was left out")
        }
    }

    /// Takes samples that are in memory already.
    public init(_ manifest: RunManifest, samples: [Sample]) {
        self.init(manifest)
        for sample in samples { add(sample) }
        finish()
    }

    private init(_ manifest: RunManifest) {
        self.manifest = manifest
        primary = Dictionary(manifest.workloads.map { ($0.name, $0.metrics.first?.name ?? "") }) { first, _ in first }
        environments = Set(manifest.environments.map(\.spec.name))
    }

    private mutating func add(_ sample: Sample) {
        guard sample.stage == .measured, sample.metric == primary[sample.workload] else { return }
        guard sample.run == manifest.run, sample.arm.isEmpty, environments.contains(sample.environment) else {
            strangers += 1
            return
        }
        // Rows of one series stand together only where it is alone; but then looking it up is most of the work.
        if let last, last.workload == sample.workload, last.environment == sample.environment,
            last.caseLabel == sample.caseLabel
        {
            repeated += current.add(sample) ? 0 : 1
            return
        }
        store()
        let key = Key(workload: sample.workload, caseLabel: sample.caseLabel, environment: sample.environment)
        // Out of the dictionary while it grows, so that nothing is copied.
        current = series.removeValue(forKey: key) ?? LaunchSeries()
        last = key
        repeated += current.add(sample) ? 0 : 1
    }

    private mutating func store() {
        if let last { series[last] = current }
        current = LaunchSeries()
        last = nil
    }

    private mutating func finish() {
        store()
        for key in series.keys { repeated += series[key]?.finish() ?? 0 }
        if repeated > 0 {
            notes.append("samples.csv of run \(manifest.run): \(repeated) rows are there twice and count once")
        }
        if strangers > 0 {
            notes.append(
                "samples.csv of run \(manifest.run): \(strangers) rows belong to another run and were left out"
            )
        }
    }

    /// Values of the launches of one series, by round and attempt.
    private func launches(_ workload: String, _ label: String, _ environment: String) -> LaunchSeries? {
        series[Key(workload: workload, caseLabel: label, environment: environment)]
    }

    /// Values of a series' launches, the latest attempt of each round, in the order of the rounds.
    func values(_ workload: String, _ label: String, _ environment: String) -> [Double] {
        launches(workload, label, environment)?.latest() ?? []
    }

    /// One log ratio a round: ln(environment / native), inverted where higher is better, of the latest attempt that has
    /// both.
    func logRatios(_ workload: WorkloadRecord, _ label: String, _ environment: String) -> [Double] {
        guard let metric = workload.metrics.first,
            let native = launches(workload.name, label, EnvironmentSpec.nativeName),
            let own = launches(workload.name, label, environment)
        else { return [] }
        let pairs = LaunchSeries.pairs(native, own)
        return LogRatio.of(
            native: pairs.map(\.0),
            environment: pairs.map(\.1),
            higherIsBetter: metric.better == .higher
        ).filter(\.isFinite)
    }
}
