import Glibc

extension ControlGroup {
    /// What the kernel counts for it and the groups below it: `cpu`, `cpu.user` or `cpu.user-ticks` (user time counted
    /// tick by tick on `cpus`, which compares with that of the CPUs), `periods`, `throttled-periods`, `throttled-time`,
    /// `memory.used`, `memory.page-cache`, and `pressure.*` where a group has its own. Absent where not kept.
    public func counters(on cpus: [Int]) -> [String: UInt64] {
        var counters: [String: UInt64] = [:]
        counters["cpu"] = cpuUsage()
        if let directory = directory(of: "cpu") {
            let fields = KernelStatistics.fields(KernelFile.read(directory + "/cpu.stat") ?? "")
            counters["cpu.user"] = fields["user_usec"].map { $0 &* 1000 }
            counters["cpu.system"] = fields["system_usec"].map { $0 &* 1000 }
            counters["periods"] = fields["nr_periods"]
            counters["throttled-periods"] = fields["nr_throttled"]
            counters["throttled-time"] = fields["throttled_time"] ?? fields["throttled_usec"].map { $0 &* 1000 }
        }
        if let hierarchy = layout.hierarchy(of: "cpuacct") {
            counters["cpu.user-ticks"] = Self.userTicks(in: directory(in: hierarchy), of: cpus)
        }
        if let directory = directory(of: "memory") {
            let file = layout.isUnified ? "memory.current" : "memory.usage_in_bytes"
            counters["memory.used"] = KernelFile.value("\(directory)/\(file)").flatMap { UInt64($0) }
            let fields = KernelStatistics.fields(KernelFile.read(directory + "/memory.stat") ?? "")
            counters["memory.page-cache"] = layout.isUnified ? fields["file"] : fields["total_cache"] ?? fields["cache"]
        }
        if let unified = layout.unified, layout.isUnified {
            for resource in ["cpu", "memory", "io"] {
                let text = KernelFile.read("\(directory(in: unified))/\(resource).pressure") ?? ""
                counters["pressure.\(resource)"] = KernelStatistics.pressure(in: text)
            }
        }
        return counters
    }

    /// User time in a v1 group on some CPUs, counted tick by tick, in nanoseconds.
    static func userTicks(in directory: String, of cpus: [Int]) -> UInt64? {
        let each = words(directory + "/cpuacct.usage_percpu_user").map { UInt64($0) ?? 0 }
        guard !each.isEmpty else { return nil }
        return cpus.reduce(0) { $0 &+ ($1 < each.count ? each[$1] : 0) }
    }
}
