import BenchrunModel
import Glibc
import Results

/// A run made up in code: a manifest, and samples with known answers.
struct SyntheticRun {
    var manifest: RunManifest
    var samples: [Sample] = []

    /// A workload of the run.
    struct Work {
        var name: String
        var workloadClass = Workload.Class.compute
        var cases = [""]
        var metrics = [MetricRecord(name: "throughput", unit: "events/s", better: .higher, delta: 0.05)]
    }

    init(
        run: String = "20260102-030405-abcd",
        workloads: [Work],
        environments: [String] = ["native", "docker"],
        rounds: Int = 6
    ) {
        let id = RunID(run) ?? SyntheticRun.fallback
        manifest = RunManifest(
            run: id,
            benchrunVersion: "0.1.0",
            suite: "default",
            seed: 42,
            rounds: rounds,
            budget: nil,
            workloads: workloads.map { work in
                WorkloadRecord(
                    name: work.name,
                    title: "title of \(work.name)",
                    workloadClass: work.workloadClass,
                    command: [work.name],
                    cases: work.cases,
                    metrics: work.metrics,
                    digest: ""
                )
            },
            environments: environments.map {
                EnvironmentRecord(spec: EnvironmentSpec(name: $0, title: "", driver: $0))
            },
            imageDigest: "sha256:0123456789abcdef",
            image: ImageRecord(recipe: "debian", packages: ["fio": "3.33"]),
            limits: Limits(cpus: [1], housekeepingCPUs: [0], cpuQuota: 100, memory: 1 << 30),
            host: [:],
            sessions: [
                SessionRecord(
                    number: 1,
                    wallClock: 1_767_322_245,
                    hostClock: 1_000_000,
                    bootID: "boot-1",
                    ending: .completed,
                    seconds: 480
                )
            ]
        )
    }

    /// Adds one sample with the metric's unit and direction.
    mutating func add(
        _ workload: String,
        _ environment: String,
        round: Int,
        _ value: Double?,
        metric: String? = nil,
        caseLabel: String = "",
        session: Int = 1,
        attempt: Int = 1,
        iteration: Int = 1,
        stage: Stage = .measured,
        outcome: Outcome = .ok,
        reason: String = "",
        slot: Int = 0
    ) {
        let record = manifest.workloads.first { $0.name == workload }
        let found = record?.metrics.first { $0.name == metric } ?? record?.metrics.first
        samples.append(
            Sample(
                run: manifest.run,
                session: session,
                round: round,
                slot: slot,
                position: 0,
                cell: "s\(session)-r\(round)-\(environment)-\(workload)-\(caseLabel)",
                instance: "benchrun-\(round)-\(environment)",
                environment: environment,
                workload: workload,
                caseLabel: caseLabel,
                iteration: iteration,
                stage: stage,
                attempt: attempt,
                metric: found?.name ?? "m",
                unit: found?.unit ?? "",
                better: found?.better ?? .none,
                value: value,
                outcome: outcome,
                reason: reason,
                startedAt: UInt64(round) * 1_000_000_000,
                duration: 1_000_000
            )
        )
    }

    /// Writes the folder of the run.
    func write(to folder: RunFolder) throws {
        try folder.create()
        try folder.save(manifest)
        var bytes = Array((SampleColumn.header + "\n").utf8)
        let encoder = SampleEncoder()
        for sample in samples { try encoder.encode(sample, into: &bytes) }
        try replaceFile(folder.samples, with: bytes)
    }

    private static let fallback: RunID = {
        guard let id = RunID("fallback") else { fatalError("a valid id") }
        return id
    }()
}

/// A small generator for noise, so that a made-up run is the same in every test.
struct Noise {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// In 0..<1.
    mutating func uniform() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) / 9_007_199_254_740_992
    }

    /// Roughly normal: mean 0, deviation 1.
    mutating func normal() -> Double {
        (0..<12).reduce(-6) { sum, _ in sum + uniform() }
    }
}
