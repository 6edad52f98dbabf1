import BenchrunModel
import Results

/// Compares what each environment was asked for with what it got.
struct Attester {
    let manifest: RunManifest
    private let records: [EnvironmentRecord]

    init(manifest: RunManifest) {
        self.manifest = manifest
        records = manifest.environments.filter { $0.unavailable == nil }
    }

    /// Facts in the order in which a report has them; others follow by name.
    private static let order = [
        FactKey.virtualization, FactKey.hypervisor, FactKey.cpus, FactKey.emulatorCPUs, FactKey.cpuQuota,
        FactKey.memoryLimit, FactKey.memoryNodes, FactKey.cpuModel, FactKey.cpuFlags, FactKey.lastLevelCache,
        FactKey.governor, FactKey.kernel, FactKey.kernelCommandLine, FactKey.mitigations, FactKey.speculation,
        FactKey.seccomp, FactKey.capabilities, FactKey.transparentHugePages, FactKey.addressRandomization,
        FactKey.clockSource, FactKey.clockCost, FactKey.ioUring, FactKey.packageList, FactKey.rootType,
        FactKey.rootOptions, FactKey.scratchType, FactKey.scratchOptions, FactKey.diskCache, FactKey.diskDirect,
    ]

    func attestation() -> Attestation {
        var keys: Set<String> = []
        for record in records {
            keys.formUnion(record.attested.keys)
            keys.formUnion(record.enforced.keys)
            keys.formUnion(record.driverFacts.keys)
        }
        let findings = Parity(manifest: manifest).findings()
        let known = Self.order.filter(keys.contains)
        let rest = keys.subtracting(known).sorted()
        let rows = (known + rest).map { key in
            Attestation.Row(
                fact: key,
                cells: records.map { record in
                    cell(key, record, findings.first { $0.fact.key == key && $0.environment == record.spec.name })
                }
            )
        }
        return Attestation(environments: records.map(\.spec.name), rows: nesting() + rows)
    }

    /// What the host itself runs in, and so every guest twice; no row where it runs in nothing.
    private func nesting() -> [Attestation.Row] {
        let native = records.first { $0.spec.name == EnvironmentSpec.nativeName }
        guard let outer = native?.attested[FactKey.hypervisor] else { return [] }
        let cells = records.map { record in
            let inner = record.attested[FactKey.hypervisor] ?? "guest"
            let words = Self.isGuest(record) ? "\(inner) nested in \(outer)" : "on a host that is a \(outer) guest"
            return Attestation.Cell(
                environment: record.spec.name,
                asked: nil,
                inside: record.attested.isEmpty ? nil : words,
                outside: nil,
                state: record.attested.isEmpty ? .unknown : .same
            )
        }
        return [Attestation.Row(fact: "nesting", cells: cells)]
    }

    private func cell(_ key: String, _ record: EnvironmentRecord, _ finding: Parity.Finding?) -> Attestation.Cell {
        var cell = Attestation.Cell(
            environment: record.spec.name,
            asked: asked(key, record),
            inside: record.attested[key],
            outside: record.enforced[key] ?? record.driverFacts[key],
            state: .same
        )
        if cell.inside == nil, cell.outside == nil {
            cell.state = .unknown
        } else if record.spec.differs?.contains(key) == true {
            cell.state = finding == nil ? .same : .declared
        } else if !isAsAsked(key, cell, record) {
            cell.state = .notAsAsked
        } else if finding != nil {
            cell.state = .differs
        }
        return cell
    }

    // MARK: Asked

    /// What the plan, the environment's file or its driver asked for.
    private func asked(_ key: String, _ record: EnvironmentRecord) -> String? {
        let limits = manifest.limits
        switch key {
        case FactKey.cpus: return Limits.list(limits.cpus)
        case FactKey.emulatorCPUs:
            let own = record.spec.options["emulator-cpus"] == "measured" ? limits.cpus : limits.housekeepingCPUs
            return Self.isGuest(record) ? Limits.list(own) : nil
        case FactKey.cpuQuota: return limits.cpuQuota > 0 ? "\(limits.cpuQuota * limits.cpus.count)" : "none"
        case FactKey.memoryLimit: return limits.memory > 0 ? "\(limits.memory)" : nil
        case FactKey.virtualization: return Self.virtualization(record)
        case FactKey.transparentHugePages, FactKey.addressRandomization: return manifest.host[key]
        case FactKey.packageList: return manifest.conditions?.packageList
        case FactKey.seccomp: return record.spec.options["seccomp"] == "unconfined" ? "disabled" : nil
        case FactKey.diskCache: return record.spec.options["cache"]
        case FactKey.diskDirect:
            return record.driverFacts[FactKey.diskCache].map { ["none", "directsync"].contains($0) ? "yes" : "no" }
        default: return nil
        }
    }

    /// What its instances are to call themselves.
    private static func virtualization(_ record: EnvironmentRecord) -> String? {
        if record.spec.driver == EnvironmentSpec.nativeName { return "none" }
        // An engine in a guest is what the workload sees; and a driver knows whether its instances call themselves
        // something else than the driver.
        if let engine = record.spec.options["engine"] { return engine }
        if isGuest(record) { return record.driverFacts["accelerator"] }
        return record.driverFacts[FactKey.virtualization] ?? record.spec.driver
    }

    /// Whether it has a kernel of its own.
    static func isGuest(_ record: EnvironmentRecord) -> Bool {
        record.driverFacts["accelerator"] != nil
    }

    // MARK: Got

    private func isAsAsked(_ key: String, _ cell: Attestation.Cell, _ record: EnvironmentRecord) -> Bool {
        guard let asked = cell.asked else { return true }
        let got = [cell.inside, cell.outside].compactMap { $0 }
        switch key {
        case FactKey.cpus, FactKey.emulatorCPUs:
            let wanted = CPUList.members(asked)
            // A guest numbers its own CPUs from 0.
            let isInsideRight = cell.inside.map {
                let own = CPUList.members($0)
                return Self.isGuest(record) ? own.count == wanted.count : own == wanted
            }
            return isInsideRight ?? true && cell.outside.map { CPUList.members($0).isSubset(of: wanted) } ?? true
        case FactKey.memoryLimit:
            if let outside = cell.outside { return outside == asked }
            // A guest's kernel keeps some of it.
            guard Self.isGuest(record), let own = cell.inside.flatMap(Double.init), let wanted = Double(asked) else {
                return got.allSatisfy { $0 == asked }
            }
            return own <= wanted && own >= 0.8 * wanted
        case FactKey.virtualization:
            // Not every engine says its name.
            return cell.inside.map { $0 == asked || ($0 == "container" && !Self.isGuest(record)) } ?? true
        default:
            return got.allSatisfy { $0 == asked }
        }
    }
}
