#if Libvirt
import BenchrunModel
import Host
import Libvirt

extension LibvirtInstance: Observing {
    /// A CPU set as the kernel writes it: `0-1,3`.
    static func ranges(_ cpus: Set<Int>) -> String {
        var ranges: [ClosedRange<Int>] = []
        for cpu in cpus.sorted() {
            if let last = ranges.last, last.upperBound == cpu - 1 {
                ranges[ranges.count - 1] = last.lowerBound...cpu
            } else {
                ranges.append(cpu...cpu)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }

    func resetPeakMemory() async {
        emulator?.controlGroup?.resetPeakMemory()
    }

    func peakMemory() async -> UInt64? {
        emulator?.controlGroup?.peakMemory()
    }

    func counters() async -> Counters {
        var counters: Counters = [:]
        if let emulator {
            counters = ThreadTimes.read(process: emulator.pid) { EmulatorProcess.role(ofThread: $0) }
            if let group = emulator.controlGroup {
                counters.add(group.counters(on: plan.limits.cpus), of: .instance)
                counters.add(Self.throttling(in: group), of: .instance)
            }
        }
        guard let connection = await hypervisor.openLink()?.connection,
            let statistics = try? await connection.statistics(
                of: [domain],
                groups: [.cpuTotal, .virtualCPUs, .block, .ioThreads]
            )
        else { return counters }
        counters.add(Self.cumulative(statistics[domain.name] ?? [:]), of: .domain)
        return counters
    }

    /// The quota is that of each virtual CPU's own group, below the domain's.
    private static func throttling(in group: ControlGroup) -> [String: UInt64] {
        let groups = ControlGroup.all(below: group.path).filter {
            $0.path.split(separator: "/").last?.hasPrefix("vcpu") ?? false
        }
        return groups.reduce(into: [:]) { sums, group in
            let counters = group.counters(on: [])
            for name in ["periods", "throttled-periods", "throttled-time"] {
                if let value = counters[name] { sums[name, default: 0] &+= value }
            }
        }
    }

    /// Those of libvirt's figures that only grow; the rest are sizes and states.
    static func cumulative(_ statistics: [String: TypedValue]) -> [String: UInt64] {
        let endings = ["time", "user", "system", "wait", "delay", "reqs", "bytes", "times"]
        return statistics.reduce(into: [:]) { figures, entry in
            guard let ending = entry.key.split(separator: ".").last, endings.contains(String(ending)),
                let value = entry.value.integer, value >= 0
            else { return }
            figures[entry.key] = UInt64(value)
        }
    }

    /// Hundredths of a CPU that all of a domain's virtual CPUs may use together, or `none`.
    static func quota(_ parameters: [String: TypedValue], cpus: Int) -> String? {
        func share(_ name: String) -> Int64? {
            guard let quota = parameters["\(name)_quota"]?.integer,
                let period = parameters["\(name)_period"]?.integer, period > 0
            else { return nil }
            return quota > 0 ? quota * 100 / period : 0
        }
        guard let single = share("vcpu") else { return nil }
        // Where there is one for the whole domain, the single ones are not set.
        let whole = share("global") ?? 0
        let limits = [single * Int64(cpus), whole].filter { $0 > 0 }
        return limits.min().map(String.init) ?? "none"
    }

    func enforcedLimits() async -> [String: String] {
        var facts: [String: String] = [:]
        if plan.options.hasScratchDisk {
            facts["scratch.format"] = scratch.summary
            facts["scratch.difference"] = scratch.difference
        }
        if let emulator { facts.merge(emulator.facts(disk: files.scratch.path)) { _, new in new } }
        guard let connection = await hypervisor.openLink()?.connection else { return facts }
        if let pinning = try? await connection.pinning(of: domain) {
            facts[FactKey.cpus] = Self.ranges(Set(pinning.joined()))
        }
        // A session's libvirt has no scheduler to ask, and sets no quota.
        let parameters = try? await connection.schedulerParameters(of: domain)
        facts[FactKey.cpuQuota] =
            plan.options.connection == .session
            ? "none" : parameters.flatMap { Self.quota($0, cpus: plan.limits.cpus.count) }
        if let info = try? await connection.info(of: domain) {
            facts[FactKey.memoryLimit] = String(info.maximumMemory)
        }
        return facts
    }
}
#endif
