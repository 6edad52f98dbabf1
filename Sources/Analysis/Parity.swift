import BenchrunModel
import Results

/// Compares what instances attested with what native attested: a difference that was not asked for can be the whole
/// of an overhead.
struct Parity {
    let manifest: RunManifest

    /// One environment's difference from native in one fact.
    struct Finding {
        var fact: ParityFact
        var environment: String
        /// What it has and what native has, in words.
        var value: String, native: String
        /// Whether the environment's file says that they differ.
        var isDeclared: Bool
    }

    /// Every difference, fact by fact.
    func findings() -> [Finding] {
        guard let native = manifest.environments.first(where: { $0.spec.name == EnvironmentSpec.nativeName }) else {
            return []
        }
        return ParityFact.all.flatMap { fact -> [Finding] in
            guard let reference = Self.value(fact.key, native) else { return [] }
            return manifest.environments.compactMap { environment in
                guard environment.spec.name != EnvironmentSpec.nativeName,
                    let value = Self.value(fact.key, environment),
                    let difference = fact.difference(value, from: reference)
                else { return nil }
                return Finding(
                    fact: fact,
                    environment: environment.spec.name,
                    value: difference.value,
                    native: difference.native,
                    isDeclared: environment.spec.differs?.contains(fact.key) ?? false
                )
            }
        }
    }

    /// One difference for each fact and each group of environments that differ in the same way.
    func differences() -> [Difference] {
        var groups: [(finding: Finding, environments: [String])] = []
        for finding in findings() {
            let index = groups.firstIndex { group in
                group.finding.fact.key == finding.fact.key && group.finding.isDeclared == finding.isDeclared
                    && (group.finding.value, group.finding.native) == (finding.value, finding.native)
            }
            if let index {
                groups[index].environments.append(finding.environment)
            } else {
                groups.append((finding, [finding.environment]))
            }
        }
        return groups.map { difference($0.finding, $0.environments) }
    }

    /// What the instance saw; for limits that it cannot see, what the host enforced.
    private static func value(_ key: String, _ environment: EnvironmentRecord) -> String? {
        guard environment.unavailable == nil else { return nil }
        return environment.attested[key] ?? environment.enforced[key]
    }

    private func difference(_ finding: Finding, _ environments: [String]) -> Difference {
        let fact = finding.fact
        let explains = manifest.workloads.filter { fact.classes.contains($0.workloadClass) }.map(\.name)
        let who = Self.conjunction(environments)
        let value = Printable.line(finding.value, limit: 160)
        let native = Printable.line(finding.native, limit: 160)
        let consequence =
            explains.isEmpty
            ? "it should not change a figure"
            : explains.count == manifest.workloads.count
                ? "it can explain any figure" : "it can explain figures of \(Self.conjunction(explains))"
        return Difference(
            fact: fact.key,
            environments: environments,
            value: value,
            native: native,
            explains: explains,
            isDeclared: finding.isDeclared,
            sentence: "\(who) differ\(environments.count > 1 ? "" : "s") from native in \(fact.title): "
                + "\(value) (native: \(native)); \(consequence)"
        )
    }

    /// `a`, `a and b`, `a, b and c`
    static func conjunction(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
