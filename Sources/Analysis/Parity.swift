import BenchrunModel
import Results

/// Compares what instances attested with what native attested: a difference that was not asked for can be the whole
/// of an overhead.
struct Parity {
    let manifest: RunManifest

    /// One difference for each fact and each group of environments that differ in the same way.
    func differences() -> [Difference] {
        guard let native = manifest.environments.first(where: { $0.spec.name == EnvironmentSpec.nativeName }) else {
            return []
        }
        return ParityFact.all.flatMap { fact -> [Difference] in
            guard let reference = Self.value(fact.key, native) else { return [] }
            var groups: [(value: String, native: String, environments: [String])] = []
            for environment in manifest.environments where environment.spec.name != EnvironmentSpec.nativeName {
                guard let value = Self.value(fact.key, environment),
                    let difference = fact.difference(value, from: reference)
                else { continue }
                if let index = groups.firstIndex(where: { ($0.value, $0.native) == difference }) {
                    groups[index].environments.append(environment.spec.name)
                } else {
                    groups.append((difference.value, difference.native, [environment.spec.name]))
                }
            }
            return groups.map { difference(fact, $0.value, $0.native, $0.environments) }
        }
    }

    /// What the instance saw; for limits that it cannot see, what the host enforced.
    private static func value(_ key: String, _ environment: EnvironmentRecord) -> String? {
        guard environment.unavailable == nil else { return nil }
        return environment.attested[key] ?? environment.enforced[key]
    }

    private func difference(
        _ fact: ParityFact,
        _ value: String,
        _ native: String,
        _ environments: [String]
    ) -> Difference {
        let explains = manifest.workloads.filter { fact.classes.contains($0.workloadClass) }.map(\.name)
        let who = Self.conjunction(environments)
        let value = Printable.line(value, limit: 160)
        let native = Printable.line(native, limit: 160)
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
