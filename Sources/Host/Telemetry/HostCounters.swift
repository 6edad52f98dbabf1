public import BenchrunModel
import Glibc

/// Reads the host's own counters around what is measured: two reads of a handful of kernel files, about a millisecond.
///
/// CPU time of the whole host is read from the root control group, to the nanosecond in version 1, and in ticks of a
/// hundredth of a second elsewhere.
public struct HostCounters: Sendable {
    private let cpus: [Int]
    private let device: BlockDevice?
    private let events: EventCounters
    private let layout: ControlGroupLayout

    /// Prepares to read.
    /// - Parameters:
    ///   - cpus: the host CPUs that instances run on.
    ///   - directory: a directory on the file system that storage workloads measure.
    public init(cpus: [Int], directory: String) {
        self.cpus = cpus
        device = BlockDevice(under: directory)
        events = EventCounters(cpus: cpus)
        layout = .host
    }

    /// All counters of the scopes ``Counter/Scope/host``, `cpus`, `perf`, `device` and `benchrun`.
    ///
    /// What costs CPU time is read first, the times last: the reading is not to be part of what follows it.
    public func begin() -> Counters {
        var counters: Counters = [:]
        readRest(into: &counters)
        readTimes(into: &counters)
        return counters
    }

    /// The same, with the times first: the reading is not to be part of what went before it.
    public func end() -> Counters {
        var counters: Counters = [:]
        readTimes(into: &counters)
        readRest(into: &counters)
        return counters
    }

    private func readTimes(into counters: inout Counters) {
        counters[Counter(.host, "elapsed")] = RawClock.now()
        counters[Counter(.benchrun, "cpu")] = Self.ownTime
        counters.add(KernelStatistics.times(of: Set(cpus), in: KernelFile.read("/proc/stat") ?? ""), of: .cpus)
        counters[Counter(.host, "cpu")] = wholeTime ?? KernelStatistics.busy(in: KernelFile.read("/proc/stat") ?? "")
        if let ticks = userTicks { counters[Counter(.cpus, "cpu.user")] = ticks }
    }

    private func readRest(into counters: inout Counters) {
        counters[Counter(.cpus, "count")] = UInt64(cpus.count)
        counters.add(KernelStatistics.memory(in: KernelFile.read("/proc/meminfo") ?? ""), of: .host)
        counters.add(KernelStatistics.network(in: KernelFile.read("/proc/net/dev") ?? ""), of: .host)
        for resource in ["cpu", "memory", "io"] {
            let text = KernelFile.read("/proc/pressure/\(resource)") ?? ""
            counters[Counter(.host, "pressure.\(resource)")] = KernelStatistics.pressure(in: text)
        }
        let switches = KernelStatistics.switches(in: KernelFile.read("/proc/stat") ?? "")
        counters[Counter(.host, "context-switches")] = switches
        if let device { counters.add(device.counters(), of: .device) }
        counters.add(events.read(), of: .perf)
    }

    /// CPU time of this process, all threads, in nanoseconds.
    private static var ownTime: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// CPU time of everything on the host, in nanoseconds.
    private var wholeTime: UInt64? {
        if let hierarchy = layout.hierarchy(of: "cpuacct"), hierarchy.isRoot {
            return KernelFile.value(hierarchy.base + "/cpuacct.usage").flatMap { UInt64($0) }
        }
        guard layout.isUnified, let unified = layout.unified, unified.isRoot else { return nil }
        // Not `usage_usec`, which of a root has stolen time in it on kernels before 6.15.
        let fields = KernelStatistics.fields(KernelFile.read(unified.base + "/cpu.stat") ?? "")
        guard let user = fields["user_usec"], let system = fields["system_usec"] else { return nil }
        return (user &+ system) &* 1000
    }

    /// User time of everything on the measured CPUs as a control group's is counted, tick by tick, so that the two can
    /// be subtracted from each other.
    private var userTicks: UInt64? {
        guard let hierarchy = layout.hierarchy(of: "cpuacct"), hierarchy.isRoot else { return nil }
        return ControlGroup.userTicks(in: hierarchy.base, of: cpus)
    }
}
