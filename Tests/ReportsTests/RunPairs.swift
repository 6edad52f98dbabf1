import BenchrunModel
import Glibc
import Results

/// Made-up runs of the same plan, for what compares runs.
enum RunPairs {
    /// A run whose docker costs `overhead` more than native, with noise of a given spread on the log scale.
    static func run(
        _ id: String,
        overhead: Double = 0.1,
        noise: Double = 0.005,
        rounds: Int = 12,
        level: Double = 1,
        seed: UInt64 = 1,
        workloads: [String] = ["cpu", "disk"]
    ) -> SyntheticRun {
        var run = SyntheticRun(run: id, workloads: workloads.map { .init(name: $0) }, rounds: rounds)
        run.manifest.host = [FactKey.cpuModel: "A CPU", "cpu.count": "2", "memory.total": "25769803776"]
        var random = Noise(seed: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
        for round in 1...rounds {
            for workload in workloads {
                // Higher is better: what costs more reaches less.
                run.add(workload, "native", round: round, 1000 * level * exp(noise * random.normal()))
                let value = 1000 * level / (1 + overhead) * exp(noise * random.normal())
                run.add(workload, "docker", round: round, value, slot: 1)
            }
        }
        return run
    }

    /// A calibration of both environments with a spread between runs.
    static func calibration(tau: Double, runs: Int = 10, workloads: [String] = ["cpu", "disk"]) -> [Calibration.Entry] {
        workloads.flatMap { workload in
            ["native", "docker"].map { environment in
                Calibration.Entry(
                    workload: workload,
                    caseLabel: "",
                    environment: environment,
                    digest: "",
                    cpuQuota: 100,
                    memory: 1 << 30,
                    runs: runs,
                    rounds: runs * 10,
                    spread: 0.01,
                    tau: tau,
                    variation: 0.01,
                    lag1: 0,
                    date: 0
                )
            }
        }
    }
}
