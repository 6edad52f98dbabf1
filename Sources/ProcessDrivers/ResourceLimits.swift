import Glibc

/// The resource limits of this process, which native instances inherit and containers are given.
///
/// Engines have defaults of their own (podman raises the number of open files to the kernel's maximum, which also
/// fails without CAP_SYS_RESOURCE), so that equality has to be asked for.
struct ResourceLimits: Sendable, Equatable {
    /// Soft and hard limit by the name that engines use; nil is unlimited.
    var values: [(name: String, soft: UInt64?, hard: UInt64?)]

    static func == (left: ResourceLimits, right: ResourceLimits) -> Bool {
        left.arguments == right.arguments
    }

    /// Arguments for `create`.
    var arguments: [String] {
        values.flatMap { value in
            ["--ulimit", "\(value.name)=\(Self.text(value.soft)):\(Self.text(value.hard))"]
        }
    }

    /// This process's. More processes than the kernel has numbers for are no limit, and podman's client, which first
    /// lowers its own limit to that, may not raise it again without CAP_SYS_RESOURCE.
    static func current() -> ResourceLimits {
        let numbers = TextFile.read("/proc/sys/kernel/pid_max").flatMap { UInt64(TextFile.trimmed($0)) }
        return inherited().limiting("nproc", to: numbers)
    }

    /// With a limit lowered to at most some value.
    func limiting(_ name: String, to highest: UInt64?) -> ResourceLimits {
        guard let highest else { return self }
        return ResourceLimits(
            values: values.map { value in
                guard value.name == name else { return value }
                return (name, min(value.soft ?? highest, highest), min(value.hard ?? highest, highest))
            }
        )
    }

    private static func inherited() -> ResourceLimits {
        let asked: [(String, __rlimit_resource)] = [
            ("core", RLIMIT_CORE), ("memlock", __RLIMIT_MEMLOCK), ("nofile", RLIMIT_NOFILE), ("nproc", __RLIMIT_NPROC),
            ("stack", RLIMIT_STACK),
        ]
        return ResourceLimits(
            values: asked.compactMap { name, resource in
                var limit = rlimit()
                guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return nil }
                return (name, finite(limit.rlim_cur), finite(limit.rlim_max))
            }
        )
    }

    private static func finite(_ value: rlim_t) -> UInt64? {
        // RLIM_INFINITY is a macro that Swift does not see: all bits set.
        value == rlim_t.max ? nil : UInt64(value)
    }

    private static func text(_ value: UInt64?) -> String {
        value.map(String.init) ?? "-1"
    }
}
