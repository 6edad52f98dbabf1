/// Linux capabilities by number: capability.h of Linux 6.18.
enum Capabilities {
    private static let all = [
        "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
        "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
        "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice",
        "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
        "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf",
        "checkpoint_restore",
    ]

    /// The names in a hexadecimal mask; nil when it is none.
    static func names(_ mask: String) -> Set<String>? {
        guard let bits = UInt64(mask, radix: 16) else { return nil }
        return Set((0..<64).filter { bits >> $0 & 1 == 1 }.map { $0 < all.count ? all[$0] : "capability \($0)" })
    }
}
