import AgentProtocol
import CLinux
import Glibc

/// What an instance got, as a command in it sees it. The names are those of BenchrunModel's FactKey.
struct Facts {
    /// What the agent knows and a command cannot see.
    struct Hints {
        /// Whether this is a guest with a kernel and an init of its own.
        var isGuest = false
        /// What the container's init was told about its engine.
        var container: String?
    }

    private(set) var values: [String: String] = [:]

    /// Reads everything that can be read here; the rest is absent.
    static func collect(_ hints: Hints) -> [String: String] {
        var facts = Facts()
        let cpus = (0..<cl_cpu_count_limit()).filter { cl_may_use_cpu($0) }
        facts.collectProcessor(cpus)
        facts.collectKernel()
        facts.collectProcess()
        facts.collectFileSystems()
        facts.collectLimits(isGuest: hints.isGuest)
        facts["virtualization"] = Virtualization.kind(hints)
        facts["hypervisor"] = Virtualization.hypervisor()
        return facts.values
    }

    subscript(name: String) -> String? {
        get { values[name] }
        set { values[name] = newValue?.isEmpty ?? true ? nil : newValue }
    }

    private mutating func collectProcessor(_ cpus: [Int32]) {
        self["cpus"] = Self.ranges(cpus)
        // The first processor's block is enough, however many there are.
        for line in Files.lines("/proc/cpuinfo", limit: 16 << 10) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            switch Files.trim(parts[0]) {
            case "model name" where self["cpu.model"] == nil: self["cpu.model"] = Files.trim(parts[1])
            case "flags" where self["cpu.flags"] == nil, "Features" where self["cpu.flags"] == nil:
                self["cpu.flags"] = parts[1].split(separator: " ").sorted().joined(separator: " ")
            default: break
            }
        }
        guard let first = cpus.first else { return }
        let cpu = "/sys/devices/system/cpu/cpu\(first)"
        self["cpu.governor"] = Files.text("\(cpu)/cpufreq/scaling_governor")
        let caches = Files.names(in: "\(cpu)/cache").filter { $0.hasPrefix("index") }.map { "\(cpu)/cache/\($0)" }
        let last = caches.max { Files.number("\($0)/level") ?? 0 < Files.number("\($1)/level") ?? 0 }
        self["cpu.llc"] = last.flatMap { Files.text("\($0)/size") }.flatMap(Self.bytes).map(String.init)
    }

    private mutating func collectKernel() {
        self["kernel.release"] = Files.text("/proc/sys/kernel/osrelease")
        self["kernel.cmdline"] = Files.text("/proc/cmdline")
        self["kernel.boot-id"] = Files.text("/proc/sys/kernel/random/boot_id")
        self["clock.source"] = Files.text("/sys/devices/system/clocksource/clocksource0/current_clocksource")
        let tenths = Int64((cl_raw_clock_cost() * 10).rounded())
        self["clock.cost-ns"] = "\(tenths / 10).\(tenths % 10)"
        self["thp"] = Files.text("/sys/kernel/mm/transparent_hugepage/enabled").flatMap(Self.selected)
        self["aslr"] = Files.text("/proc/sys/kernel/randomize_va_space")
        let directory = "/sys/devices/system/cpu/vulnerabilities"
        let states = Files.names(in: directory).compactMap { name in
            Files.text("\(directory)/\(name)").map { "\(name)=\($0.split(separator: ";").joined(separator: ","))" }
        }
        self["mitigations"] = states.joined(separator: ";")
    }

    private mutating func collectProcess() {
        var status: [String: String] = [:]
        for line in Files.lines("/proc/self/status") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { status[String(parts[0])] = Files.trim(parts[1]) }
        }
        self["seccomp"] = status["Seccomp"].map { ["0": "disabled", "1": "strict", "2": "filter"][$0] ?? $0 }
        self["capabilities"] = status["CapEff"]
        self["umask"] = status["Umask"]
        self["memory.nodes"] = status["Mems_allowed_list"]
        let controls = ["Speculation_Store_Bypass": "store-bypass", "SpeculationIndirectBranch": "indirect-branch"]
        let speculation = controls.sorted { $0.key < $1.key }.compactMap { key, name in
            status[key].map { "\(name)=\($0)" }
        }
        self["speculation"] = speculation.joined(separator: ";")
        self["io_uring"] = cl_probe_io_uring() == 0 ? "yes" : Self.errorName(errno)
        var files = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0 {
            self["limit.nofile"] = "\(files.rlim_cur)"
        }
    }

    private mutating func collectFileSystems() {
        let mounts = MountTable.read()
        for (name, path) in [("root", "/"), ("scratch", "/scratch")] {
            guard Files.exists(path), let mount = mounts.holding(path) else { continue }
            self["\(name).type"] = mount.type
            self["\(name).options"] = mount.allOptions
        }
    }

    private mutating func collectLimits(isGuest: Bool) {
        // A guest's limits are enforced outside; from in here only the size of its memory is seen.
        guard !isGuest else {
            let line = Files.lines("/proc/meminfo").first { $0.hasPrefix("MemTotal:") }
            let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }
            self["memory.limit"] = kibibytes.map { "\($0 * 1024)" }
            return
        }
        let groups = ControlGroupView()
        self["cpu.quota"] = groups.cpuQuota()
        self["memory.limit"] = groups.memoryLimit()
    }

    /// `0-1,3`
    static func ranges(_ cpus: [Int32]) -> String {
        var parts: [(first: Int32, last: Int32)] = []
        for cpu in cpus {
            if let last = parts.last, last.last + 1 == cpu {
                parts[parts.count - 1].last = cpu
            } else {
                parts.append((cpu, cpu))
            }
        }
        return parts.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }.joined(separator: ",")
    }

    /// `madvise` out of `always [madvise] never`.
    private static func selected(_ text: String) -> String? {
        text.split(separator: " ").first { $0.hasPrefix("[") && $0.hasSuffix("]") }
            .map { String($0.dropFirst().dropLast()) }
    }

    /// `32768K` in bytes.
    private static func bytes(_ text: String) -> UInt64? {
        let units: [Character: UInt64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
        guard let last = text.last, let unit = units[last] else { return UInt64(text) }
        return UInt64(text.dropLast()).map { $0 * unit }
    }

    private static func errorName(_ code: Int32) -> String {
        [ENOSYS: "ENOSYS", EPERM: "EPERM", EACCES: "EACCES", ENOMEM: "ENOMEM"][code] ?? "errno \(code)"
    }
}
