/// Capabilities as /proc/PID/status has them: a hexadecimal mask.
enum CapabilitySet {
    /// In the order of their numbers; a kernel may have more.
    private static let names = [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
        "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST",
        "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO",
        "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
        "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE",
        "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ]

    /// The bounding set of a process.
    /// - Parameter status: the text of /proc/PID/status.
    static func bounding(_ status: String) -> String? {
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapBnd:") }
        return line.map { TextFile.trimmed(String($0.dropFirst("CapBnd:".count))) }
    }

    /// The capabilities that a mask lacks, of those up to the last of Linux 5.9, or to the kernel's own last where it
    /// is older; empty where the mask is none.
    static func missing(in mask: String, last: Int? = nil) -> [String] {
        guard let bits = UInt64(mask, radix: 16) else { return [] }
        return names.indices.prefix((last ?? names.count - 1) + 1).filter { bits & (1 << UInt64($0)) == 0 }
            .map { names[$0] }
    }
}
