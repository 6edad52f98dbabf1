/// What the guards of a cell compare, derived from the telemetry of one execution. What was not read is nil.
///
/// Shares are fractions of the CPU time that the measured CPUs could give in the execution. Times that the kernel only
/// counts in ticks are taken one reading's error lower, so that nothing fires by rounding.
public struct CellShares: Sendable, Equatable {
    /// CPU time that the hypervisor below took from the measured CPUs, or from the guest's, whichever is more.
    public var steal: Double?
    /// Time that a guest's virtual CPUs were ready and waited for theirs.
    public var runDelay: Double?
    /// CPU time in user mode of programs outside of the instance on the measured CPUs. The kernel's threads are left
    /// out: they write back what the instance has written.
    public var foreign: Double?
    /// Time in which the quota held the instance back, beyond what the kernel's own rounding can.
    public var throttled: Double?
    /// How far the instance's clock ran from the host's, as a fraction of the time between two looks.
    public var clockError: Double?
    /// What of that the looks themselves may have cost.
    public var clockTolerance: Double?
    /// Bytes that the device read, of those that the tool claims to have read.
    public var readRatio: Double?
    /// Bytes that the device wrote, of those that the tool claims to have made durable.
    public var writtenRatio: Double?
    /// Writes or flushes that the device did, whichever are more, of the times that the tool claims to have waited until
    /// all was durable. Bytes alone do not tell: what is written in peace and quiet may be as many.
    public var syncRatio: Double?
    /// Whether the tool claims anything of the device, compared or not.
    public var isClaiming = false

    /// Derives them.
    /// - Parameter window: telemetry of one execution: what was added from its begin to its end.
    public init(_ window: Counters) {
        deriveTimes(window)
        deriveClock(window)
        isClaiming = ["read", "written", "syncs"].contains { window[.work, $0] != nil }
        readRatio = Self.ratio(window[.device, "io.read"], window[.work, "read"])
        writtenRatio = Self.ratio(window[.device, "io.write"], window[.work, "written"])
        let seen = [window[.device, "io.flushes"], window[.device, "io.write-operations"]].compactMap { $0 }.max()
        if let seen, let claimed = window[.work, "syncs"], claimed >= Self.fewSyncs {
            syncRatio = Double(seen) / Double(claimed)
        }
    }

    /// Fewer are within what a file system does anyway.
    private static let fewSyncs: UInt64 = 50

    /// The kernel shows its ticks in hundredths of a second, and a difference of two readings is wrong by up to one.
    private static let tick = 10_000_000.0
    /// What a quota of whole CPUs, which is met exactly, throttles by itself: the kernel hands it out in slices of 5 ms and
    /// takes it back in ticks.
    private static let slice = 10_000_000.0
    /// What threads wait for by being woken, and for the reading itself.
    private static let wakeups = 1_000_000.0
    /// Where the kernel does not count what a control group does on each CPU, user time of the group is an estimate
    /// that differs from that of the CPU by a few in a hundred.
    private static let estimate = 0.05

    private mutating func deriveTimes(_ window: Counters) {
        guard let elapsed = window[.host, "elapsed"], let count = window[.cpus, "count"], elapsed > 0, count > 0 else {
            return
        }
        let available = Double(elapsed) * Double(count)
        // Each CPU's reading errs by itself.
        let ticks = Self.tick * Double(count)
        let host = window[.cpus, "cpu.steal"].map { max(0, Double($0) - ticks) / available }
        let guest = window[.inside, "cpu.steal"].map { max(0, Double($0) - ticks) / available }
        steal = [host, guest].compactMap { $0 }.max()
        // The instance is read a little earlier and later than the host.
        let around = Double(max(window[.instance, "elapsed"] ?? 0, elapsed)) * Double(count)
        runDelay = window[.vcpu, "run-delay"].map { max(0, Double($0) - Self.wakeups * Double(count)) / around }
        throttled = window[.instance, "throttled-time"].map { max(0, Double($0) - Self.slice) / around }
        // A guest's control group covers threads on other CPUs too; what disturbs it shows as run delay.
        guard runDelay == nil, let all = window[.cpus, "cpu.user"] else { return }
        if let own = window[.instance, "cpu.user-ticks"] {
            foreign = max(0, Double(all) - Double(own) - 2 * ticks) / available
        } else if let own = window[.instance, "cpu.user"] {
            foreign = max(0, (Double(all) - Double(own) - 2 * ticks) / available - Self.estimate)
        }
    }

    private mutating func deriveClock(_ window: Counters) {
        guard let host = window[.clock, "elapsed"], let inside = window[.clock, "inside"],
            let trip = window[.clock, "round-trip"], host > 0
        else { return }
        clockError = (Double(inside) - Double(host)) / Double(host)
        clockTolerance = Double(trip) / Double(host)
    }

    /// Nil where nothing worth comparing is claimed: less than 1 MiB is within what a file system does anyway.
    private static func ratio(_ seen: UInt64?, _ claimed: UInt64?) -> Double? {
        guard let seen, let claimed, claimed >= 1 << 20 else { return nil }
        return Double(seen) / Double(claimed)
    }
}
