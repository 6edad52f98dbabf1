import BenchrunModel
import Host

/// What the kernel enforces on a process for which no control group could be made.
enum Unlimited {
    /// The CPUs that its affinity leaves it, and the word that nothing else is limited.
    static func facts(of process: Int32) -> [String: String] {
        var facts = ControlGroup.processFacts(of: process)
        facts[FactKey.cpus] = TextFile.read("/proc/\(process)/status").flatMap(allowedCPUs)
        facts[FactKey.cpuQuota] = "none"
        facts[FactKey.memoryLimit] = "none"
        return facts
    }

    /// Reads `/proc/PID/status`.
    static func allowedCPUs(_ status: String) -> String? {
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        return line.map { TextFile.trimmed(String($0.dropFirst("Cpus_allowed_list:".count))) }
    }
}
