/// What `--tune` would set on this host so that what is measured is disturbed less, and what it cannot set.
public struct HostTuning: Sendable, Equatable {
    /// What is to be changed, in this order.
    public var settings: [HostSetting]
    /// What cannot be set here, one sentence each.
    public var uncontrolled: [String]

    /// CPUs that it takes offline.
    public var offline: Set<Int> {
        Set(settings.filter { $0.kind == .sibling }.compactMap { Self.processor(of: $0.path) })
    }

    /// Looks what this host has and what of it is not yet as it should be: governor `performance`, turbo off,
    /// transparent huge pages `madvise`, interrupts on the housekeeping CPUs, and SMT siblings of the measured CPUs
    /// offline.
    /// - Parameters:
    ///   - measured: CPUs that carry instances.
    ///   - housekeeping: CPUs for everything else.
    public static func plan(measured: [Int], housekeeping: [Int]) -> HostTuning {
        // A v1 cpuset loses a CPU that goes offline and does not get it back.
        let keepsCPUs = ControlGroupLayout.host.hierarchy(of: "cpuset") == nil
        return plan(measured: measured, housekeeping: housekeeping, permitsOffline: keepsCPUs, root: "")
    }

    static func plan(measured: [Int], housekeeping: [Int], permitsOffline: Bool, root: String) -> HostTuning {
        var plan = HostTuning(settings: [], uncontrolled: [])
        plan.addGovernors(root)
        plan.addTurbo(root)
        plan.addHugePages(root)
        plan.addInterrupts(measured: Set(measured), housekeeping: housekeeping, root)
        plan.addSiblings(measured: Set(measured), housekeeping: Set(housekeeping), permitsOffline, root)
        return plan
    }

    private static let processors = "/sys/devices/system/cpu"

    private static func processor(of path: String) -> Int? {
        path.split(separator: "/").lazy.compactMap { $0.hasPrefix("cpu") ? Int($0.dropFirst(3)) : nil }.first
    }

    private static func online(_ root: String) -> [Int] {
        KernelFile.directories(in: root + processors).compactMap { $0.hasPrefix("cpu") ? Int($0.dropFirst(3)) : nil }
            .filter { KernelFile.value("\(root)\(processors)/cpu\($0)/online") != "0" }.sorted()
    }

    /// - Returns: false where there is no such file.
    @discardableResult
    private mutating func add(_ kind: HostSetting.Kind, _ path: String, _ wanted: String, _ root: String) -> Bool {
        guard let before = HostSetting.value(path, root: root) else { return false }
        guard before != HostSetting.canonical(wanted, path: path) else { return true }
        settings.append(HostSetting(kind: kind, path: path, before: before, after: wanted))
        return true
    }

    // MARK: Knobs

    private mutating func addGovernors(_ root: String) {
        var isFound = false
        for cpu in Self.online(root) {
            let folder = "\(Self.processors)/cpu\(cpu)/cpufreq"
            let available = KernelFile.value("\(root)\(folder)/scaling_available_governors") ?? ""
            guard available.split(separator: " ").contains("performance") else { continue }
            isFound = add(.governor, folder + "/scaling_governor", "performance", root) || isFound
        }
        if !isFound {
            let exists = Self.online(root).contains {
                KernelFile.exists("\(root)\(Self.processors)/cpu\($0)/cpufreq/scaling_governor")
            }
            uncontrolled.append(
                exists ? "governor: there is no governor 'performance'" : "governor: no cpufreq here"
            )
        }
    }

    private mutating func addTurbo(_ root: String) {
        let isFound =
            add(.turbo, Self.processors + "/intel_pstate/no_turbo", "1", root)
            || add(.turbo, Self.processors + "/cpufreq/boost", "0", root)
        if !isFound { uncontrolled.append("turbo: the kernel does not show it") }
    }

    private mutating func addHugePages(_ root: String) {
        guard !add(.hugePages, "/sys/kernel/mm/transparent_hugepage/enabled", "madvise", root) else { return }
        uncontrolled.append("transparent huge pages: this kernel has none")
    }

    private mutating func addInterrupts(measured: Set<Int>, housekeeping: [Int], _ root: String) {
        guard Set(housekeeping).isDisjoint(with: measured), !housekeeping.isEmpty else {
            uncontrolled.append("interrupts: no CPU is left for them that is not measured")
            return
        }
        let wanted = housekeeping.sorted().map(String.init).joined(separator: ",")
        let numbers = KernelFile.directories(in: root + "/proc/irq").compactMap { Int($0) }.sorted()
        for number in numbers {
            let path = "/proc/irq/\(number)/smp_affinity_list"
            let cpus = KernelFile.value(root + path).map(CPUAffinity.parse) ?? []
            if !measured.isDisjoint(with: cpus) { add(.interrupt, path, wanted, root) }
        }
        if numbers.isEmpty { uncontrolled.append("interrupts: the kernel does not show them") }
    }

    private mutating func addSiblings(
        measured: Set<Int>,
        housekeeping: Set<Int>,
        _ permitsOffline: Bool,
        _ root: String
    ) {
        var strangers: Set<Int> = []
        for cpu in measured {
            let file = "\(root)\(Self.processors)/cpu\(cpu)/topology/thread_siblings_list"
            strangers.formUnion(CPUAffinity.parse(KernelFile.value(file) ?? ""))
        }
        strangers.subtract(measured)
        guard !strangers.isEmpty else { return }
        let list = strangers.sorted().map(String.init).joined(separator: ",")
        guard permitsOffline else {
            uncontrolled.append(
                "SMT: CPU \(list) stays online, because cpusets of cgroup version 1 would lose it for good"
            )
            return
        }
        guard !housekeeping.subtracting(strangers).isEmpty else {
            uncontrolled.append("SMT: CPU \(list) stays online, because no other is left for benchrun; see '--cpus'")
            return
        }
        for cpu in strangers.sorted() where !add(.sibling, "\(Self.processors)/cpu\(cpu)/online", "0", root) {
            uncontrolled.append("SMT: CPU \(cpu) cannot be taken offline")
        }
    }
}
