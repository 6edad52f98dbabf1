import Analysis
import BenchrunModel
import Glibc
import Results
import Statistics

/// Made-up runs with known truth, written as a user's runs are: run.json and samples.csv.
///
/// Four workloads in native and docker; lognormal launches of a given coefficient of variation; a run's overhead differs
/// from that of others by tau. A change is put into the first workload.
struct SyntheticRepository {
    /// Coefficient of variation of a launch.
    var variation: Double
    /// How the candidate's overhead changed, as a fraction.
    var change = 0.0
    /// Half-width at which a row has been measured enough, on the log scale.
    var halfWidth: Double
    /// The most rounds of a run.
    var maximum = 60
    var generator: Xoshiro256

    static let workloads = ["alpha", "beta", "gamma", "delta"]
    static let delta = 0.05
    /// Standard deviation of a run's overhead beyond its rounds, on the log scale.
    static let tau = 0.003
    /// Runs of the calibration that found it.
    static let calibrationRuns = 10
    private static let overhead = 0.08

    /// A manifest of a run that stopped adaptively, on a host that was calibrated with ten runs.
    func manifest(_ id: String, arms: ArmsRecord? = nil) throws -> RunManifest {
        guard let run = RunID(id) else { throw Unusable(what: "'\(id)' as a run's id") }
        let environments = arms == nil ? ["native", "docker"] : ["docker", "docker.b"]
        var manifest = RunManifest(
            run: run,
            benchrunVersion: "0.1.0",
            suite: "synthetic",
            seed: 1,
            rounds: maximum,
            budget: nil,
            workloads: Self.workloads.map {
                WorkloadRecord(
                    name: $0,
                    title: "made up",
                    workloadClass: .compute,
                    command: ["true"],
                    cases: [""],
                    metrics: [MetricRecord(name: "time", unit: "s", better: .lower, delta: Self.delta)],
                    digest: "0"
                )
            },
            environments: environments.map { EnvironmentRecord(spec: EnvironmentSpec(name: $0, driver: "made up")) },
            imageDigest: "sha256:0",
            image: ImageRecord(recipe: "none", packages: [:]),
            limits: Limits(cpus: [1], housekeepingCPUs: [0], cpuQuota: 100, memory: 1 << 30),
            host: [:],
            sessions: [
                SessionRecord(
                    number: 1,
                    wallClock: 1_700_000_000,
                    hostClock: 0,
                    bootID: "b",
                    ending: .completed,
                    seconds: 1
                )
            ]
        )
        manifest.schedule = ScheduleRecord(
            stopping: rule,
            reusesInstances: false
        )
        manifest.arms = arms
        manifest.calibration = Self.workloads.flatMap { workload in
            ["native", "docker"].map { environment in
                Calibration.Entry(
                    workload: workload,
                    caseLabel: "",
                    environment: environment,
                    digest: "0",
                    cpuQuota: 100,
                    memory: 1 << 30,
                    runs: Self.calibrationRuns,
                    rounds: 100,
                    spread: variation * 2.0.squareRoot(),
                    tau: Self.tau,
                    variation: variation,
                    lag1: 0,
                    date: 0
                )
            }
        }
        return manifest
    }

    /// A run of the repository; its candidate has the change.
    /// - Returns: rounds of the row that changes.
    mutating func write(_ id: String, isCandidate: Bool, to store: RunStore) throws -> Int {
        let manifest = try manifest(id)
        let folder = store.folder(of: manifest.run)
        var samples: [Sample] = []
        var rounds = 0
        for (index, workload) in Self.workloads.enumerated() {
            let truth =
                log1p(Self.overhead) + (isCandidate && index == 0 ? log1p(change) : 0) + Self.tau * generator.normal()
            let series = launches(truth, rule)
            if index == 0 { rounds = series.count }
            for (round, values) in series.enumerated() {
                samples.append(sample(manifest, workload, "native", round + 1, values.0))
                samples.append(sample(manifest, workload, "docker", round + 1, values.1))
            }
        }
        try write(manifest, samples, to: folder)
        return rounds
    }

    /// An A/B run; what looks like a regression is measured afresh, as 'benchrun ab' does.
    /// - Returns: rounds of the row that changes, until it looked like a regression or did not.
    mutating func writeArms(_ id: String, to store: RunStore) throws -> Int {
        let record = ArmsRecord(
            baseline: "baseline (docker)",
            candidate: "candidate (docker)",
            candidateEnvironment: "docker",
            differences: []
        )
        let manifest = try manifest(id, arms: record)
        var samples: [Sample] = []
        var rounds = 0
        for stage in [Stage.measured, .confirmation] {
            let again =
                stage == .confirmation ? try InterleavedGate(manifest, samples: samples).suspects : Self.workloads
            let rule = stage == .confirmation ? rule.confirmation : rule
            for workload in Self.workloads where again.contains(workload) {
                let isChanged = workload == Self.workloads[0]
                let series = launches(isChanged ? log1p(change) : 0, rule)
                if isChanged, stage == .measured { rounds = series.count }
                for (round, values) in series.enumerated() {
                    samples.append(sample(manifest, workload, "docker", round + 1, values.0, "baseline", stage))
                    samples.append(sample(manifest, workload, "docker.b", round + 1, values.1, "candidate", stage))
                }
            }
        }
        try write(manifest, samples, to: store.folder(of: manifest.run))
        return rounds
    }

    private var rule: StoppingRule { .adaptive(maximum: maximum, halfWidth: halfWidth) }

    /// Launches of both sides, round by round, until the interval is narrow enough.
    private mutating func launches(_ truth: Double, _ rule: StoppingRule) -> [(Double, Double)] {
        let noise = log(1 + variation * variation).squareRoot()
        let most = rule.mostRounds(environments: 2)
        var values: [(Double, Double)] = []
        for _ in 0..<most {
            values.append((exp(noise * generator.normal()), exp(truth + noise * generator.normal())))
        }
        let ratios = values.map { log($0.1 / $0.0) }
        let stop = AdaptiveStop(target: rule.halfWidth, minimum: rule.minimum, maximum: rule.maximum).replay(ratios)
            .rounds
        return Array(values.prefix(rule.boundary(after: stop, environments: 2)))
    }

    private func sample(
        _ manifest: RunManifest,
        _ workload: String,
        _ environment: String,
        _ round: Int,
        _ value: Double,
        _ arm: String = "",
        _ stage: Stage = .measured
    ) -> Sample {
        Sample(
            run: manifest.run,
            session: 1,
            round: round,
            slot: 0,
            position: 0,
            cell: "\(stage == .confirmation ? "c" : "r")\(round).\(workload).\(environment).1",
            instance: "i\(round)",
            environment: environment,
            arm: arm,
            workload: workload,
            caseLabel: "",
            iteration: 1,
            stage: stage,
            attempt: 1,
            metric: "time",
            unit: "s",
            better: .lower,
            value: value,
            outcome: .ok,
            startedAt: UInt64(round),
            duration: 1
        )
    }

    private func write(_ manifest: RunManifest, _ samples: [Sample], to folder: RunFolder) throws {
        try folder.create()
        try folder.save(manifest)
        var bytes = Array((SampleColumn.header + "\n").utf8)
        let encoder = SampleEncoder()
        for sample in samples { try encoder.encode(sample, into: &bytes) }
        try replaceFile(folder.samples, with: bytes)
    }

    /// What a made-up run cannot be made of.
    struct Unusable: Error { var what: String }
}
