import BenchrunModel

extension ControlGroup {
    /// What the kernel tells from outside about the first process in it, which is the instance's agent or what starts
    /// it: ``FactKey/seccomp``, ``FactKey/capabilities``, ``FactKey/speculation``, ``FactKey/memoryNodes``. Commands
    /// inherit all of these. Empty where there is no process.
    public func processFacts() -> [String: String] {
        processes().min().map { Self.processFacts(of: $0) } ?? [:]
    }

    /// Reads `/proc/PID/status`; in the same form as the agent inside does.
    static func facts(status: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in status.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = line[line.index(after: colon)...].trimmed
        }
        var facts: [String: String] = [:]
        facts[FactKey.seccomp] = fields["Seccomp"].map { ["0": "disabled", "1": "strict", "2": "filter"][$0] ?? $0 }
        facts[FactKey.capabilities] = fields["CapEff"]
        facts[FactKey.memoryNodes] = fields["Mems_allowed_list"]
        let controls = ["SpeculationIndirectBranch": "indirect-branch", "Speculation_Store_Bypass": "store-bypass"]
        let speculation = controls.sorted { $0.key < $1.key }.compactMap { key, name in
            fields[key].map { "\(name)=\($0)" }
        }
        if !speculation.isEmpty { facts[FactKey.speculation] = speculation.joined(separator: ";") }
        return facts
    }
}
