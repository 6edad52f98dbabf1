public import BenchrunModel
import Glibc

extension ControlGroup {
    /// The quota of all an instance's CPUs together: `cpuQuota` hundredths of a CPU for each measured CPU.
    /// - Returns: microseconds of CPU time in each period, and the period; nil when the quota is unlimited.
    public static func quota(of limits: Limits) -> (quota: Int, period: Int)? {
        guard limits.cpuQuota > 0, !limits.cpus.isEmpty else { return nil }
        return (limits.cpuQuota * limits.cpus.count * 1000, 100_000)
    }

    /// What the kernel enforces, read back: ``FactKey/cpus``, ``FactKey/cpuQuota``, ``FactKey/memoryLimit``. A limit
    /// of the group itself that is not set is absent, but for the quota, which is then `none`.
    public func enforced() -> [String: String] {
        var facts: [String: String] = [:]
        let isUnified = layout.isUnified
        if let directory = directory(of: "cpuset") {
            let files = isUnified ? ["cpuset.cpus.effective"] : ["cpuset.effective_cpus", "cpuset.cpus"]
            facts[FactKey.cpus] = files.lazy.compactMap { KernelFile.value("\(directory)/\($0)") }.first
        }
        if let directory = directory(of: "cpu") {
            let (quota, period) =
                isUnified
                ? Self.pair(Self.words(directory + "/cpu.max"))
                : (
                    KernelFile.value(directory + "/cpu.cfs_quota_us"),
                    KernelFile.value(directory + "/cpu.cfs_period_us")
                )
            if let quota, let period = period.flatMap(Int.init), period > 0 {
                let limited = Int(quota).flatMap { $0 > 0 ? $0 : nil }
                facts[FactKey.cpuQuota] = limited.map { String($0 * 100 / period) } ?? "none"
            }
        }
        if let directory = directory(of: "memory") {
            let file = isUnified ? "memory.max" : "memory.limit_in_bytes"
            // v1 says "no limit" with the largest multiple of a page.
            if let bytes = KernelFile.value("\(directory)/\(file)").flatMap(Int.init), bytes < Int.max - 65536 {
                facts[FactKey.memoryLimit] = String(bytes)
            }
        }
        return facts
    }

    private static func pair(_ words: [String]) -> (String?, String?) {
        words.count == 2 ? (words[0], words[1]) : (nil, nil)
    }

    func apply(_ limits: Limits) throws {
        let cpus = Limits.list(limits.cpus)
        if let directory = directory(of: "cpuset"), !limits.cpus.isEmpty {
            try write(cpus, to: directory + "/cpuset.cpus")
        }
        if let directory = directory(of: "cpu"), let (quota, period) = Self.quota(of: limits) {
            if layout.isUnified {
                try write("\(quota) \(period)", to: directory + "/cpu.max")
            } else {
                try write(String(period), to: directory + "/cpu.cfs_period_us")
                try write(String(quota), to: directory + "/cpu.cfs_quota_us")
            }
        }
        guard let directory = directory(of: "memory"), limits.memory > 0 else { return }
        if layout.isUnified {
            try write(String(limits.memory), to: directory + "/memory.max")
            // Absent without swap accounting; then there is nothing to limit.
            let swap = directory + "/memory.swap.max"
            if KernelFile.exists(swap) { try write("0", to: swap) }
        } else {
            // Memory and swap together may never be less than memory alone: lift it before memory is set.
            let both = directory + "/memory.memsw.limit_in_bytes"
            if KernelFile.exists(both) { try write("-1", to: both) }
            try write(String(limits.memory), to: directory + "/memory.limit_in_bytes")
            if KernelFile.exists(both) { try write(String(limits.memory), to: both) }
        }
    }

    // MARK: - Version 1

    /// A new v1 cpuset is empty and accepts no process: each takes its parent's CPUs and memory nodes.
    func makeV1(in hierarchy: ControlGroupLayout.Hierarchy) throws {
        var parent = hierarchy.base
        for directory in steps(in: hierarchy) {
            try makeStep(directory)
            if hierarchy.controllers.contains("cpuset") {
                for file in ["cpuset.cpus", "cpuset.mems"] where KernelFile.value("\(directory)/\(file)") == nil {
                    try write(KernelFile.value("\(parent)/\(file)") ?? "0", to: "\(directory)/\(file)")
                }
            }
            parent = directory
        }
    }

    // MARK: - Version 2

    private static let controllers = ["cpuset", "cpu", "memory"]

    /// A v2 group has the controllers that its parent enabled for its children.
    func makeV2(in hierarchy: ControlGroupLayout.Hierarchy, withControllers: Bool) throws {
        var parent = hierarchy.base
        for directory in steps(in: hierarchy) {
            if withControllers { try enableControllers(in: parent, hierarchy) }
            try makeStep(directory)
            parent = directory
        }
    }

    private func enableControllers(in directory: String, _ hierarchy: ControlGroupLayout.Hierarchy) throws {
        let file = directory + "/cgroup.subtree_control"
        let present = Self.words(directory + "/cgroup.controllers")
        let enabled = Self.words(file)
        let wanted = Self.controllers.filter { present.contains($0) && !enabled.contains($0) }
        guard !wanted.isEmpty else { return }
        let text = wanted.map { "+" + $0 }.joined(separator: " ")
        do {
            try KernelFile.write(text, to: file)
        } catch  where error.number == EBUSY && directory == hierarchy.base && !hierarchy.isRoot {
            // A delegated group that holds processes, ourselves among them, cannot pass its controllers on.
            try moveProcesses(from: directory, to: Self.hostGroup(in: hierarchy))
            try write(text, to: file)
        } catch {
            try write(text, to: file)
        }
    }

    /// The group that takes in what ran in a delegated base before controllers were enabled there.
    private static func hostGroup(in hierarchy: ControlGroupLayout.Hierarchy) -> String {
        hierarchy.base + "/benchrun.host"
    }

    private func moveProcesses(from source: String, to target: String) throws {
        try makeStep(target)
        for process in Self.words(source + "/cgroup.procs") {
            // One that has ended meanwhile needs no moving.
            try? KernelFile.write(process, to: target + "/cgroup.procs")
        }
    }

    /// Puts back what ``moveProcesses(from:to:)`` changed, once no group of ours is left.
    func returnProcesses(in hierarchy: ControlGroupLayout.Hierarchy) {
        let host = Self.hostGroup(in: hierarchy)
        guard KernelFile.isDirectory(host) else { return }
        let enabled = Self.words(hierarchy.base + "/cgroup.subtree_control").map { "-" + $0 }
        try? KernelFile.write(enabled.joined(separator: " "), to: hierarchy.base + "/cgroup.subtree_control")
        for process in Self.words(host + "/cgroup.procs") {
            try? KernelFile.write(process, to: hierarchy.base + "/cgroup.procs")
        }
        _ = layout.removeDirectory(host)
    }
}
