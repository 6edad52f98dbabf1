import BenchrunModel
import Glibc

/// What there is to know about this host without asking any tool: the same names as an instance's facts where they
/// exist, so that both can be compared.
public enum HostFacts {
    /// Total memory in bytes.
    public static let memoryTotal = "memory.total"
    /// Swap in bytes.
    public static let swapTotal = "memory.swap"
    /// Number of CPUs online.
    public static let cpuCount = "cpu.count"
    /// Whether hyper-threads are in use: `on`, `off`, `notsupported`, ...
    public static let simultaneousThreads = "cpu.smt"
    /// Microcode revision.
    public static let microcode = "cpu.microcode"
    /// Whether the CPU may raise its frequency: `on` or `off`.
    public static let turbo = "cpu.turbo"
    /// Name and version of the distribution.
    public static let distribution = "os.distribution"
    /// `v1`, `v2` or `hybrid`.
    public static let controlGroups = "cgroups"
    /// Size of a page in bytes.
    public static let pageSize = "memory.page"
    /// Machine architecture, such as `x86_64`.
    public static let architecture = "cpu.architecture"
    /// Whether the kernel measures pressure: `yes`; absent where it does not.
    public static let pressure = "pressure"
    /// How long KVM polls before it lets a waiting virtual CPU sleep, in nanoseconds: CPU time that a guest did not ask for.
    public static let haltPoll = "kvm.halt-poll-ns"

    /// Reads all of them; a fact that cannot be read is absent. Takes a few milliseconds.
    public static func read() -> [String: String] {
        var facts: [String: String] = [:]
        facts[FactKey.kernel] = KernelFile.value("/proc/sys/kernel/osrelease")
        facts[FactKey.kernelCommandLine] = KernelFile.value("/proc/cmdline")
        facts[FactKey.bootID] = LedgerFile.bootID
        facts[FactKey.clockSource] = KernelFile.value(
            "/sys/devices/system/clocksource/clocksource0/current_clocksource"
        )
        facts[FactKey.transparentHugePages] = KernelFile.value("/sys/kernel/mm/transparent_hugepage/enabled")
            .flatMap(selected)
        facts[FactKey.mitigations] = mitigations(in: "/sys/devices/system/cpu/vulnerabilities")
        facts[FactKey.addressRandomization] = KernelFile.value("/proc/sys/kernel/randomize_va_space")
        facts[distribution] = KernelFile.read("/etc/os-release").flatMap(prettyName)
        facts[controlGroups] = controlGroupVersion
        facts[pageSize] = String(sysconf(Int32(_SC_PAGESIZE)))
        if KernelFile.exists("/proc/pressure/cpu") { facts[pressure] = "yes" }
        facts[haltPoll] = KernelFile.value("/sys/module/kvm/parameters/halt_poll_ns")
        readProcessor(into: &facts)
        readMemory(KernelFile.read("/proc/meminfo") ?? "", into: &facts)
        return facts
    }

    private static func readProcessor(into facts: inout [String: String]) {
        let processors = "/sys/devices/system/cpu"
        let cpus = KernelFile.value(processors + "/online")
        facts[FactKey.cpus] = cpus
        facts[cpuCount] = cpus.map { String(CPUAffinity.parse($0).count) }
        facts[FactKey.governor] = KernelFile.value(processors + "/cpu0/cpufreq/scaling_governor")
        facts[simultaneousThreads] = KernelFile.value(processors + "/smt/control")
        facts[FactKey.lastLevelCache] = lastLevelCache(of: processors + "/cpu0/cache")
        facts[FactKey.siblings] = siblings(in: processors)
        facts[FactKey.nodeCPUs] = nodes(in: "/sys/devices/system/node")
        if let disabled = KernelFile.value(processors + "/intel_pstate/no_turbo") {
            facts[turbo] = disabled == "0" ? "on" : "off"
        } else if let boost = KernelFile.value(processors + "/cpufreq/boost") {
            facts[turbo] = boost == "1" ? "on" : "off"
        }
        var name = utsname()
        if uname(&name) == 0 {
            facts[architecture] = withUnsafeBytes(of: &name.machine) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
        }
        // The first processor's paragraph speaks for all.
        for line in (KernelFile.read("/proc/cpuinfo") ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty { break }
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].trimmed
            switch line[..<colon].trimmed {
            case "model name": facts[FactKey.cpuModel] = value
            case "microcode": facts[microcode] = value
            case "flags", "Features":
                let flags = Set(value.split(separator: " "))
                facts[FactKey.cpuFlags] = flags.sorted().joined(separator: " ")
                // A kernel's guest sees this flag; which hypervisor it is the CPU does not say here.
                facts[FactKey.virtualization] = flags.contains("hypervisor") ? "guest" : "none"
            default: break
            }
        }
    }

    private static func readMemory(_ meminfo: String, into facts: inout [String: String]) {
        for line in meminfo.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 1, let kibibytes = UInt64(words[1]) else { continue }
            if words[0] == "MemTotal:" { facts[memoryTotal] = String(kibibytes << 10) }
            if words[0] == "SwapTotal:" { facts[swapTotal] = String(kibibytes << 10) }
        }
    }

    private static var controlGroupVersion: String? {
        let layout = ControlGroupLayout.host
        if layout.isUnified { return "v2" }
        if layout.limiting.isEmpty { return nil }
        return layout.unified == nil ? "v1" : "hybrid"
    }

    /// The word in brackets: `always [madvise] never`.
    static func selected(_ text: String) -> String? {
        guard let open = text.firstIndex(of: "["), let close = text.firstIndex(of: "]"), open < close else {
            return nil
        }
        return text[text.index(after: open)..<close].trimmed
    }

    /// Lists of the CPUs that share a core, one a core.
    static func siblings(in processors: String) -> String? {
        let lists = KernelFile.directories(in: processors).compactMap { name in
            KernelFile.value("\(processors)/\(name)/topology/thread_siblings_list")
        }
        let sorted = Set(lists).sorted { (CPUAffinity.parse($0).first ?? 0) < (CPUAffinity.parse($1).first ?? 0) }
        return sorted.isEmpty ? nil : sorted.joined(separator: ";")
    }

    /// `0=0-3;1=4-7`
    static func nodes(in directory: String) -> String? {
        let nodes = KernelFile.directories(in: directory).compactMap { name -> (Int, String)? in
            guard name.hasPrefix("node"), let number = Int(name.dropFirst("node".count)) else { return nil }
            return KernelFile.value("\(directory)/\(name)/cpulist").map { (number, $0) }
        }
        let sorted = nodes.sorted { $0.0 < $1.0 }
        return sorted.isEmpty ? nil : sorted.map { "\($0.0)=\($0.1)" }.joined(separator: ";")
    }

    static func prettyName(_ text: String) -> String? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
        return line.map { String($0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" }) }
    }

    static func mitigations(in directory: String) -> String? {
        let states = KernelFile.names(in: directory).compactMap { name in
            KernelFile.value("\(directory)/\(name)").map { "\(name)=\($0.replacing(";", with: ","))" }
        }
        return states.isEmpty ? nil : states.joined(separator: ";")
    }

    /// The largest level's size in bytes.
    static func lastLevelCache(of directory: String) -> String? {
        var largest: (level: Int, size: Int)?
        for index in KernelFile.directories(in: directory) {
            guard let level = KernelFile.value("\(directory)/\(index)/level").flatMap(Int.init),
                let text = KernelFile.value("\(directory)/\(index)/size"), let size = bytes(text),
                level > (largest?.level ?? 0)
            else { continue }
            largest = (level, size)
        }
        return largest.map { String($0.size) }
    }

    /// `32768K`
    static func bytes(_ text: String) -> Int? {
        switch text.last {
        case "K": Int(text.dropLast()).map { $0 << 10 }
        case "M": Int(text.dropLast()).map { $0 << 20 }
        default: Int(text)
        }
    }
}
