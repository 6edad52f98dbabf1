import Glibc

/// One knob of this host that `--tune` may turn: a file of the kernel's, what it held and what it is to hold.
public struct HostSetting: Sendable, Equatable {
    /// What a knob is about.
    public enum Kind: String, Sendable, CaseIterable {
        case governor, turbo, hugePages, interrupt, sibling
    }

    /// What it is about.
    public var kind: Kind
    /// The file, without the root that tests put before it.
    public var path: String
    /// What it held.
    public var before: String
    /// What it is to hold.
    public var after: String

    /// Files that may be written at all: a journal that somebody has changed must not make benchrun write elsewhere.
    static func isKnob(_ path: String) -> Bool {
        let processors = "/sys/devices/system/cpu/"
        let fixed: Set<String> = [
            processors + "intel_pstate/no_turbo", processors + "cpufreq/boost",
            "/sys/kernel/mm/transparent_hugepage/enabled",
        ]
        if fixed.contains(path) { return true }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        func isNumber(_ text: Substring) -> Bool {
            !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        if parts.count == 4, path.hasPrefix("/proc/irq/"), path.hasSuffix("/smp_affinity_list") {
            return parts.dropFirst(2).first.map(isNumber) ?? false
        }
        guard path.hasPrefix(processors + "cpu") else { return false }
        let rest = path.dropFirst(processors.count + "cpu".count)
        let number = rest.prefix { $0 != "/" }
        return isNumber(number)
            && ["/online", "/cpufreq/scaling_governor"].contains(String(rest.dropFirst(number.count)))
    }

    /// What a knob holds now: the selected one where the kernel lists all, and lists of CPUs in one form.
    static func value(_ path: String, root: String) -> String? {
        KernelFile.value(root + path).map { canonical($0, path: path) }
    }

    static func canonical(_ text: String, path: String) -> String {
        if let selected = HostFacts.selected(text) { return selected }
        guard path.hasSuffix("_list") else { return text.trimmed }
        return CPUAffinity.parse(text).map(String.init).joined(separator: ",")
    }

    /// Writes a value and looks whether it was taken.
    /// - Returns: why it was not; nil when it was.
    static func set(_ path: String, to value: String, root: String) -> String? {
        do {
            try KernelFile.write(value, to: root + path)
        } catch {
            return "\(error)"
        }
        let now = Self.value(path, root: root)
        return now == canonical(value, path: path) ? nil : "the kernel keeps '\(now ?? "nothing")'"
    }
}
