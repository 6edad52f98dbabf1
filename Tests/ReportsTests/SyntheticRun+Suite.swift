import BenchrunModel
import Glibc
import Results

extension SyntheticRun {
    /// What `benchrun all` could give: 11 workloads in 4 environments, 6 rounds, the emulated one about ten times as slow.
    static func suite(rounds: Int = 6, environments: [String] = ["native", "docker", "podman", "libvirt-tcg"])
        -> SyntheticRun
    {
        let throughput = [MetricRecord(name: "throughput", unit: "events/s", better: .higher, delta: 0.05)]
        func rate(_ unit: String, _ delta: Double = 0.05) -> [MetricRecord] {
            [MetricRecord(name: "bandwidth", unit: unit, better: .higher, delta: delta)]
        }
        let seconds = [MetricRecord(name: "time", unit: "s", better: .lower, delta: 0.05)]
        let phases = [Phase.ready, .create, .start, .firstFrame, .firstCommand, .stop, .remove, .bareExec].map {
            MetricRecord(name: $0.rawValue, unit: "s", better: .lower, delta: 0.1)
        }
        var run = SyntheticRun(
            workloads: [
                Work(name: "sysbench-cpu", metrics: throughput), Work(name: "stress-ng-matrix", metrics: throughput),
                Work(name: "openssl-sha256", metrics: rate("MB/s")), Work(name: "xz", metrics: seconds),
                Work(name: "stream-triad", workloadClass: .memory, metrics: rate("MB/s")),
                Work(name: "sysbench-memory", workloadClass: .memory, metrics: rate("MiB/s")),
                Work(name: "fio-randread-4k", workloadClass: .storage, metrics: rate("IOPS", 0.1)),
                Work(name: "fio-randwrite-fsync", workloadClass: .storage, metrics: rate("IOPS", 0.1)),
                Work(name: "fio-seqwrite", workloadClass: .storage, metrics: rate("MiB/s", 0.1)),
                Work(name: "sqlite-insert", workloadClass: .application, metrics: seconds),
                Work(name: "startup", workloadClass: .startup, metrics: phases),
            ],
            environments: environments,
            rounds: rounds
        )
        let natives = [4458, 5025, 1748, 0.62, 32000, 31271, 73000, 7353, 820, 0.41]
        let emulated = [7.26, 14.5, 25.7, 8.9, 16.8, 5.2, 4.6, 5.6, 2.1, 6.3]
        let noise = [0.004, 0.009, 0.012, 0.01, 0.07, 0.02, 0.04, 0.05, 0.03, 0.02]
        var random = Noise(seed: 7)
        for round in 1...rounds {
            for (index, native) in natives.enumerated() {
                let work = run.manifest.workloads[index]
                for environment in environments {
                    let cost =
                        switch environment {
                        case "native": 1.0
                        case "libvirt-tcg": emulated[index]
                        case "docker": work.workloadClass == .storage ? 1.06 : 1.004
                        default: work.workloadClass == .storage ? 0.93 : 1.008
                        }
                    let spread = environment == "libvirt-tcg" ? noise[index] * 2.5 : noise[index]
                    let factor = cost * exp(random.normal() * spread)
                    let isTime = work.metrics.first?.better == .lower
                    run.add(work.name, environment, round: round, isTime ? native * factor : native / factor)
                }
            }
            for environment in environments { run.addStartup(environment, round: round, &random) }
        }
        run.describe()
        return run
    }

    private mutating func addStartup(_ environment: String, round: Int, _ random: inout Noise) {
        // create, start, first frame, first command, stop, remove
        let medians: [Double] =
            switch environment {
            case "native": [0.0021, 0.0012, 0.0085, 0.0009, 0.0012, 0.0031]
            case "docker": [0.041, 0.149, 0.018, 0.0011, 0.021, 0.043]
            case "podman": [0.062, 0.071, 0.021, 0.0012, 0.018, 0.039]
            default: [0.39, 0.05, 3.1, 0.032, 0.21, 0.06]
            }
        let phases = [Phase.create, .start, .firstFrame, .firstCommand, .stop, .remove]
        let values = medians.map { $0 * exp(random.normal() * 0.06) }
        add("startup", environment, round: round, values.prefix(4).reduce(0, +), metric: Phase.ready.rawValue)
        for (phase, value) in zip(phases, values) {
            add("startup", environment, round: round, value, metric: phase.rawValue)
        }
        guard environment == "native" else { return }
        add("startup", environment, round: round, 0.0007, metric: Phase.bareExec.rawValue)
    }

    /// Facts as such a host would give them.
    private mutating func describe() {
        manifest.host = [FactKey.cpuModel: "Example CPU @ 2.60GHz", FactKey.kernel: "6.1.0-30-amd64"]
        for index in manifest.environments.indices {
            let name = manifest.environments[index].spec.name
            let isMachine = name.hasPrefix("libvirt")
            manifest.environments[index].spec.title =
                ["native": "This host, in a control group", "docker": "Docker", "podman": "Podman with crun"][name]
                ?? "A virtual machine without hardware help"
            manifest.environments[index].attested = [
                FactKey.kernel: isMachine ? "6.1.0-30-cloud-amd64" : "6.1.0-30-amd64", FactKey.cpus: "1",
                FactKey.memoryLimit: isMachine ? "1011000000" : "1073741824",
                FactKey.seccomp: name == "native" || isMachine ? "disabled" : "filter",
                FactKey.transparentHugePages: isMachine ? "never" : "madvise",
                FactKey.clockSource: isMachine ? "tsc" : "kvm-clock", FactKey.scratchType: "ext4",
                FactKey.scratchOptions: "rw,relatime", FactKey.ioUring: name == "podman" ? "ENOSYS" : "yes",
                FactKey.cpuFlags: isMachine ? "aes sse4_2" : "aes avx avx2 avx512f sha_ni sse4_2",
            ]
            if isMachine {
                manifest.environments[index].driverFacts = [
                    "accelerator": "tcg", "accelerator.reason": "no probe guest answered within 20 s",
                ]
            }
        }
    }
}
