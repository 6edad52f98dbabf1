#if Libvirt
internal import CLibvirt
internal import Glibc

/// Groups of figures about a domain.
public struct StatisticsGroups: OptionSet, Sendable {
    /// libvirt's bits.
    public let rawValue: UInt32

    /// Takes libvirt's bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `state.*`
    public static let state = StatisticsGroups(rawValue: VIR_DOMAIN_STATS_STATE.rawValue)
    /// `cpu.*`: of the whole domain, in nanoseconds.
    public static let cpuTotal = StatisticsGroups(rawValue: VIR_DOMAIN_STATS_CPU_TOTAL.rawValue)
    /// `vcpu.*`: of each virtual CPU.
    public static let virtualCPUs = StatisticsGroups(rawValue: VIR_DOMAIN_STATS_VCPU.rawValue)
    /// `block.*`: requests and bytes of each disk.
    public static let block = StatisticsGroups(rawValue: VIR_DOMAIN_STATS_BLOCK.rawValue)
    /// `iothread.*`
    public static let ioThreads = StatisticsGroups(rawValue: VIR_DOMAIN_STATS_IOTHREAD.rawValue)
}

extension Connection {
    /// Figures about several domains in one call, by domain name and libvirt's name of the figure.
    public func statistics(
        of domains: [Domain],
        groups: StatisticsGroups
    ) throws(LibvirtError) -> [String: [String: TypedValue]] {
        try call("ask for statistics") { connection in
            var handles = domains.map { virDomainLookupByName(connection, $0.name) }
            defer { for handle in handles { if let handle { virDomainFree(handle) } } }
            guard handles.allSatisfy({ $0 != nil }), !handles.isEmpty else { return handles.isEmpty ? [:] : nil }
            handles.append(nil)
            var records: UnsafeMutablePointer<virDomainStatsRecordPtr?>?
            let count = virDomainListGetStats(&handles, groups.rawValue, &records, 0)
            guard count >= 0, let records else { return nil }
            defer { virDomainStatsRecordListFree(records) }
            var statistics: [String: [String: TypedValue]] = [:]
            for index in 0..<Int(count) {
                guard let record = records[index]?.pointee, let name = virDomainGetName(record.dom) else {
                    continue
                }
                statistics[String(cString: name)] = TypedValue.read(record.params, count: record.nparams)
            }
            return statistics
        }
    }

    /// What the host's scheduler enforces on a running domain: `vcpu_quota`, `vcpu_period`, ... in microseconds.
    public func schedulerParameters(of domain: Domain) throws(LibvirtError) -> [String: TypedValue] {
        try call("ask for the scheduling of '\(domain.name)'", on: domain) { handle in
            var count: Int32 = 0
            guard let type = virDomainGetSchedulerType(handle, &count) else { return nil }
            free(type)
            var parameters = [virTypedParameter](repeating: virTypedParameter(), count: Int(count))
            let flags = VIR_DOMAIN_AFFECT_LIVE.rawValue
            guard virDomainGetSchedulerParametersFlags(handle, &parameters, &count, flags) == 0 else { return nil }
            return TypedValue.read(parameters, count: count)
        }
    }

    /// Which host CPUs each virtual CPU of a running domain may use.
    public func pinning(of domain: Domain) throws(LibvirtError) -> [[Int]] {
        let hostCPUs: Int = try call("count host CPUs") { connection in
            let count = virNodeGetCPUMap(connection, nil, nil, 0)
            return count > 0 ? Int(count) : nil
        }
        return try call("ask for the pinning of '\(domain.name)'", on: domain) { handle in
            let live = VIR_DOMAIN_AFFECT_LIVE.rawValue
            let guests = virDomainGetVcpusFlags(handle, live)
            guard guests > 0 else { return nil }
            let length = (hostCPUs + 7) / 8
            var maps = [UInt8](repeating: 0, count: Int(guests) * length)
            guard virDomainGetVcpuPinInfo(handle, guests, &maps, Int32(length), live) >= 0 else { return nil }
            return (0..<Int(guests)).map { guest in
                (0..<hostCPUs).filter { maps[guest * length + $0 / 8] & (1 << UInt8($0 % 8)) != 0 }
            }
        }
    }
}
#endif
