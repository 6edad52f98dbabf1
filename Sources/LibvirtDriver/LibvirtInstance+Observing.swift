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

    func enforcedLimits() async -> [String: String] {
        var facts: [String: String] = ["scratch.format": scratch.summary]
        facts["scratch.difference"] = scratch.difference
        if let emulator { facts.merge(emulator.facts(disk: files.scratch)) { _, new in new } }
        guard let connection = await driver.hypervisor.openLink()?.connection else { return facts }
        if let pinning = try? await connection.pinning(of: domain) {
            facts[FactKey.cpus] = Self.ranges(Set(pinning.joined()))
        }
        if let parameters = try? await connection.schedulerParameters(of: domain),
            let quota = parameters["vcpu_quota"]?.integer, let period = parameters["vcpu_period"]?.integer,
            period > 0
        {
            facts[FactKey.cpuQuota] =
                quota > 0 ? String(quota * Int64(plan.limits.cpus.count) * 100 / period) : "none"
        }
        if let info = try? await connection.info(of: domain) {
            facts[FactKey.memoryLimit] = String(info.maximumMemory)
        }
        return facts
    }
}
#endif
