import BenchrunModel
public import Results

/// What `--strict` refuses: an environment that did not get what was asked for, or that differs from native in a fact
/// that a guard watches while its file does not declare it.
public struct StrictCheck {
    private let manifest: RunManifest

    /// Checks what a run's environments have attested so far, native first.
    public init(manifest: RunManifest) {
        self.manifest = manifest
    }

    /// Why an environment is refused, in one line with the next step; nil where it is not.
    public func refusal(of environment: String) -> String? {
        let attestation = Attester(manifest: manifest).attestation()
        var reasons = attestation.notAsAsked.filter { $0.cell.environment == environment }.map {
            Self.sentence($0.fact, $0.cell)
        }
        var facts = attestation.notAsAsked.filter { $0.cell.environment == environment }.map(\.fact)
        let findings = Parity(manifest: manifest).findings()
        for finding in findings where finding.environment == environment && !finding.isDeclared {
            guard finding.fact.isGuarded, !facts.contains(finding.fact.key) else { continue }
            facts.append(finding.fact.key)
            reasons.append("\(finding.fact.title) is \(finding.value) and natively \(finding.native)")
        }
        if let layout = layoutReason(environment) { reasons.append(layout) }
        guard !reasons.isEmpty else { return nil }
        let declarable = facts.filter(FactKey.compared.contains)
        let next =
            declarable.isEmpty
            ? "mend that, or leave out --strict"
            : "mend that, write 'differs: [\(declarable.joined(separator: ", "))]' in its file, or leave out --strict"
        return "--strict: \(reasons.map { Printable.line($0, limit: 200) }.joined(separator: "; ")); \(next)"
    }

    /// Launches sample memory layouts only while these are random.
    private func layoutReason(_ environment: String) -> String? {
        let record = manifest.environments.first { $0.spec.name == environment }
        guard let value = record?.attested[FactKey.addressRandomization], value == "0" else { return nil }
        return "address space randomization is off, so that launches do not sample memory layouts"
    }

    /// `memory.limit: asked for 1, got 2 (outside)`
    static func sentence(_ fact: String, _ cell: Attestation.Cell) -> String {
        let got = [
            cell.inside.map { "\($0) inside" }, cell.outside.map { "\($0) outside" },
        ].compactMap { $0 }.joined(separator: ", ")
        return "\(fact): asked for \(cell.asked ?? "nothing"), got \(got)"
    }
}
