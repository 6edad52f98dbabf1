public import BenchrunModel

/// CPU time and waiting time of a process's threads, from /proc/PID/task/TID/schedstat, in nanoseconds.
public enum ThreadTimes {
    /// Adds up the threads of a process by what they are for.
    /// - Parameters:
    ///   - process: its pid; nothing is there of one that has ended.
    ///   - role: the scope that a thread of this name counts for; nil leaves it out.
    /// - Returns: `cpu` and `run-delay` of each scope.
    public static func read(
        process: Int32,
        role: (_ thread: String) -> Counter.Scope?
    ) -> Counters {
        read(directory: "/proc/\(process)/task", role: role)
    }

    static func read(
        directory: String,
        role: (_ thread: String) -> Counter.Scope?
    ) -> Counters {
        var sums: Counters = [:]
        for thread in KernelFile.names(in: directory) {
            guard let name = KernelFile.value("\(directory)/\(thread)/comm"), let scope = role(name),
                let text = KernelFile.value("\(directory)/\(thread)/schedstat")
            else { continue }
            let numbers = text.split(separator: " ").compactMap { UInt64($0) }
            guard numbers.count >= 2 else { continue }
            sums[Counter(scope, "cpu"), default: 0] &+= numbers[0]
            sums[Counter(scope, "run-delay"), default: 0] &+= numbers[1]
        }
        return sums
    }
}

/// The processes of this host.
public enum HostProcesses {
    /// Their pids, ascending.
    public static func all() -> [Int32] {
        KernelFile.directories(in: "/proc").compactMap { Int32($0) }.sorted()
    }
}
