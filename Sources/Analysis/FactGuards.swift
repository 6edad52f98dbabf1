import BenchrunModel
import Results

/// The guards that compare facts: of the method's list those with the numbers 3 to 8.
struct FactGuards {
    let manifest: RunManifest
    let attestation: Attestation

    /// A line for each guard; none where no environment could be used.
    func lines() -> [MethodGuard] {
        guard !attestation.environments.isEmpty else { return [] }
        return [seccomp, pageCache, processors, frequency, layout, memoryAndMitigations]
    }

    // MARK: The guards

    private var seccomp: MethodGuard {
        let facts = [FactKey.seccomp, FactKey.speculation]
        return MethodGuard(
            number: 3,
            title: "seccomp and speculation controls",
            state: state(facts),
            proof: sentence([("seccomp", FactKey.seccomp), ("speculation", FactKey.speculation)])
        )
    }

    private var pageCache: MethodGuard {
        let disks = groups(FactKey.diskCache) { $0.outside }.map { value, environments in
            let direct = groups(FactKey.diskDirect) { $0.outside }
                .filter { !Set($0.environments).isDisjoint(with: environments) }
            let proof = direct.map { $0.value == "yes" ? "open past the host's page cache" : "open through it" }
            return "\(Parity.conjunction(environments)): disk cache mode \(value)"
                + (proof.isEmpty ? "" : ", its file is \(Parity.conjunction(proof))")
        }
        let hosts = attestation.environments.filter {
            attestation.cell(FactKey.diskCache, $0)?.outside == nil
        }
        let shared = hosts.isEmpty ? [] : ["\(Parity.conjunction(hosts)): the host's page cache"]
        let cold = manifest.conditions?.coldWorkloads ?? []
        let caches =
            cold.isEmpty
            ? "page caches are warm for every workload"
            : "page caches are dropped on host and guest before each execution of \(Parity.conjunction(cold)), and warm "
                + "for the others"
        return MethodGuard(
            number: 4,
            title: "page cache",
            state: state([FactKey.diskCache, FactKey.diskDirect]),
            proof: (disks + shared + [caches]).joined(separator: "; ")
        )
    }

    private var processors: MethodGuard {
        let limits = manifest.limits
        let strangers = siblings(of: Set(limits.cpus))
        var parts = [
            "CPU \(Limits.list(limits.cpus)) at \(limits.cpuQuota) % and \(limits.memory >> 20) MiB were asked for",
            sentence([("from outside", FactKey.cpus)]) { $0.outside ?? $0.inside },
            sentence([("memory nodes", FactKey.memoryNodes)]),
            sentence([("emulator threads on CPU", FactKey.emulatorCPUs)]) { $0.outside },
        ]
        parts.append(
            strangers.isEmpty
                ? "no SMT sibling of theirs does other work"
                : "their SMT siblings \(Limits.list(strangers.sorted())) carry other work"
        )
        let facts = [
            FactKey.cpus, FactKey.cpuQuota, FactKey.memoryLimit, FactKey.memoryNodes, FactKey.emulatorCPUs,
        ]
        return MethodGuard(
            number: 5,
            title: "CPUs, memory nodes and SMT siblings",
            state: state(facts) == .holds && !strangers.isEmpty ? .broken : state(facts),
            proof: parts.filter { !$0.isEmpty }.joined(separator: "; "),
            advice: strangers.isEmpty
                ? nil
                : "CPU \(Limits.list(strangers.sorted())) shares a core with a measured one and carries benchrun, daemons or "
                    + "other work, which slows down what is measured; choose whole cores with '--cpus', or take the "
                    + "siblings offline with '--tune'"
        )
    }

    private var frequency: MethodGuard {
        let governor = manifest.host[FactKey.governor]
        let turbo = manifest.host[Self.turbo]
        var parts = [
            governor.map { "governor \($0)" } ?? "governor uncontrolled: no cpufreq here",
            turbo.map { "turbo \($0)" } ?? "turbo uncontrolled: the kernel does not show it",
        ]
        if let tuning = manifest.conditions?.tuning {
            parts += tuning.changed.map { "--tune: \($0)" } + tuning.uncontrolled.map { "uncontrolled: \($0)" }
        }
        let isFixed = governor == "performance" && turbo == "off"
        // The host's facts alone say nothing about instances that attested nothing.
        let unchecked: MethodGuard.State =
            attestation.rows.isEmpty ? .unknown : isFixed ? .holds : .uncontrolled
        return MethodGuard(
            number: 6,
            title: "CPU frequency",
            state: state([FactKey.governor]) == .broken ? .broken : unchecked,
            proof: parts.joined(separator: "; ")
        )
    }

    private var layout: MethodGuard {
        let values = attestation.environments.compactMap {
            attestation.cell(FactKey.addressRandomization, $0)?.inside
        }
        let off = attestation.environments.filter {
            attestation.cell(FactKey.addressRandomization, $0)?.inside == "0"
        }
        return MethodGuard(
            number: 7,
            title: "address space randomization",
            state: values.isEmpty ? .unknown : off.isEmpty ? state([FactKey.addressRandomization]) : .broken,
            proof: sentence([("randomize_va_space", FactKey.addressRandomization)]),
            advice: off.isEmpty
                ? nil
                : "address space randomization is off in \(Parity.conjunction(off)): all launches share one memory layout, "
                    + "whose luck is taken for overhead; write 2 to /proc/sys/kernel/randomize_va_space"
        )
    }

    private var memoryAndMitigations: MethodGuard {
        let differing =
            attestation.rows.first { $0.fact == FactKey.mitigations }?.cells
            .filter { $0.state == .differs || $0.state == .declared } ?? []
        let words = differing.map { "\($0.environment) (\($0.state == .declared ? "declared" : "not declared"))" }
        return MethodGuard(
            number: 8,
            title: "transparent huge pages and mitigations",
            state: state([FactKey.transparentHugePages, FactKey.mitigations]),
            proof: sentence([("huge pages", FactKey.transparentHugePages)]) + "; mitigations "
                + (words.isEmpty ? "are native's everywhere" : "differ in \(Parity.conjunction(words))")
        )
    }

    // MARK: Parts

    /// As `Host` names the fact: whether the CPU may raise its frequency.
    private static let turbo = "cpu.turbo"

    /// Broken where any environment differs in one of the facts without saying so.
    private func state(_ facts: [String]) -> MethodGuard.State {
        let cells = attestation.rows.filter { facts.contains($0.fact) }.flatMap(\.cells)
        if cells.contains(where: { $0.state == .differs || $0.state == .notAsAsked }) { return .broken }
        return cells.contains { $0.state != .unknown } ? .holds : .unknown
    }

    /// Environments by the value they have, in the order of the environments.
    private func groups(
        _ fact: String,
        _ value: (Attestation.Cell) -> String?
    ) -> [(value: String, environments: [String])] {
        var groups: [(value: String, environments: [String])] = []
        for environment in attestation.environments {
            guard let text = attestation.cell(fact, environment).flatMap(value) else { continue }
            if let index = groups.firstIndex(where: { $0.value == text }) {
                groups[index].environments.append(environment)
            } else {
                groups.append((text, [environment]))
            }
        }
        return groups
    }

    /// `seccomp disabled in native, filter in docker and podman`
    private func sentence(
        _ facts: [(title: String, fact: String)],
        _ value: (Attestation.Cell) -> String? = { $0.inside ?? $0.outside }
    ) -> String {
        facts.compactMap { title, fact in
            let groups = groups(fact, value)
            let everywhere = attestation.environments.count
            let words = groups.map { group in
                let shown = Printable.line(group.value, limit: 80)
                return group.environments.count == everywhere && everywhere > 1
                    ? "\(shown) everywhere" : "\(shown) in \(Parity.conjunction(group.environments))"
            }
            return words.isEmpty ? nil : "\(title) \(words.joined(separator: ", "))"
        }.joined(separator: "; ")
    }

    /// CPUs that share a core with a measured one and are not measured themselves.
    private func siblings(of measured: Set<Int>) -> Set<Int> {
        let cores = (manifest.host[FactKey.siblings] ?? "").split(separator: ";").map { CPUList.members(String($0)) }
        return cores.filter { !$0.isDisjoint(with: measured) }.reduce(into: Set()) { $0.formUnion($1) }
            .subtracting(measured)
    }
}
