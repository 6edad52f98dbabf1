import BenchrunModel
import Foundation
import Results

/// A store of made-up runs, for commands that only read.
struct SyntheticStore {
    let store: RunStore

    init(_ sandbox: Sandbox) {
        store = sandbox.store
    }

    /// Writes a run of one workload in native and docker.
    /// - Parameters:
    ///   - overhead: docker's, as a fraction.
    ///   - spread: of each launch, up and down in turn.
    func write(_ id: String, overhead: Double, spread: Double = 0.002, rounds: Int = 12) throws {
        guard let run = RunID(id) else { throw Unexpected("'\(id)' to be a run's id") }
        let metric = MetricRecord(name: "time", unit: "s", better: .lower, delta: 0.05)
        let manifest = RunManifest(
            run: run,
            benchrunVersion: "0.1.0",
            suite: "made-up",
            seed: 1,
            rounds: rounds,
            budget: nil,
            workloads: [
                WorkloadRecord(
                    name: "work",
                    title: "made up",
                    workloadClass: .compute,
                    command: ["true"],
                    cases: [""],
                    metrics: [metric],
                    digest: "0"
                )
            ],
            environments: ["native", "docker"].map { EnvironmentRecord(spec: EnvironmentSpec(name: $0, driver: $0)) },
            imageDigest: "sha256:0",
            image: ImageRecord(recipe: "none", packages: [:]),
            limits: Limits(cpus: [1], housekeepingCPUs: [0], cpuQuota: 100, memory: 1 << 30),
            host: [FactKey.cpuModel: "made up"],
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
        let folder = store.folder(of: run)
        try folder.create()
        try folder.save(manifest)
        var bytes = Array((SampleColumn.header + "\n").utf8)
        for round in 1...rounds {
            for (slot, environment) in ["native", "docker"].enumerated() {
                // Steps that do not repeat with the same period in both.
                let step = Double((round * (slot == 0 ? 3 : 5)) % 7) / 3 - 1
                let value = (slot == 0 ? 1 : 1 + overhead) * (1 + spread * step)
                try SampleEncoder().encode(sample(run, environment, round, slot, value, metric), into: &bytes)
            }
        }
        try replaceFile(folder.samples, with: bytes)
    }

    private func sample(
        _ run: RunID,
        _ environment: String,
        _ round: Int,
        _ slot: Int,
        _ value: Double,
        _ metric: MetricRecord
    ) -> Sample {
        Sample(
            run: run,
            session: 1,
            round: round,
            slot: slot,
            position: 0,
            cell: "r\(round).work.\(environment).1",
            instance: "i",
            environment: environment,
            workload: "work",
            caseLabel: "",
            iteration: 1,
            stage: .measured,
            attempt: 1,
            metric: metric.name,
            unit: metric.unit,
            better: metric.better,
            value: value,
            outcome: .ok,
            startedAt: 1,
            duration: 1
        )
    }

    func text(_ id: String) throws -> String {
        try String(contentsOfFile: store.results + "/\(id)/samples.csv", encoding: .utf8)
    }

    func replace(_ id: String, with text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: store.results + "/\(id)/samples.csv"))
    }
}
