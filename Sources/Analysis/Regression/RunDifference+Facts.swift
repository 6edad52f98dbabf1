import BenchrunModel
public import Results

extension RunDifference {
    /// Facts in which two runs differ, of those that can change a figure: host, engines, image, limits, workload files.
    public static func between(_ baseline: RunManifest, _ candidate: RunManifest) -> [RunDifference] {
        let old = facts(baseline)
        let new = facts(candidate)
        let names = old.map(\.name) + new.map(\.name).filter { name in !old.contains { $0.name == name } }
        return names.compactMap { name in
            let before = old.first { $0.name == name }?.value
            let after = new.first { $0.name == name }?.value
            guard before != after else { return nil }
            // An environment that only one run has is no changed fact.
            if before == nil || after == nil, name.contains(": ") { return nil }
            return RunDifference(fact: name, baseline: before ?? "–", candidate: after ?? "–")
        }
    }

    /// What of the host can change a figure.
    private static let hostFacts = [
        FactKey.cpuModel, "cpu.count", "cpu.microcode", "cpu.smt", "cpu.turbo", FactKey.governor, "memory.total",
        FactKey.kernel, FactKey.mitigations, FactKey.transparentHugePages, FactKey.clockSource, "os.distribution",
        "cgroups",
    ]

    private static func facts(_ manifest: RunManifest) -> [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = [("benchrun", manifest.benchrunVersion)]
        facts.append(("image", manifest.imageDigest))
        facts.append(("limits", limits(manifest.limits)))
        facts += hostFacts.compactMap { key in
            manifest.host[key].map { ("host \(key)", Printable.line($0, limit: 160)) }
        }
        for environment in manifest.environments where environment.unavailable == nil {
            let name = environment.spec.name
            facts += environment.driverFacts.sorted { $0.key < $1.key }
                .map { ("\(name): \($0.key)", Printable.line($0.value, limit: 160)) }
            facts += environment.spec.options.sorted { $0.key < $1.key }
                .map { ("\(name): option \($0.key)", Printable.line($0.value, limit: 160)) }
        }
        facts += manifest.workloads.map { ("workload \($0.name): file", String($0.digest.prefix(12))) }
        return facts
    }

    private static func limits(_ limits: Limits) -> String {
        "CPU \(Limits.list(limits.cpus)) at \(limits.cpuQuota) %, \(limits.memory >> 20) MiB"
    }
}
