import Glibc

/// Cumulative counters of the instance's kernel, since its boot.
enum Counters {
    static func read() -> [String: UInt64] {
        var counters: [String: UInt64] = [:]
        readStat(into: &counters)
        readDisks(into: &counters)
        readMemory(into: &counters)
        readNetwork(into: &counters)
        readScratch(into: &counters)
        for resource in ["cpu", "memory", "io"] { readPressure(resource, into: &counters) }
        return counters
    }

    /// CPU time in nanoseconds by kind, context switches and forks.
    private static func readStat(into counters: inout [String: UInt64]) {
        let kinds = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"]
        let tick = 1_000_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
        for line in Files.lines("/proc/stat") {
            let fields = line.split(separator: " ")
            guard let name = fields.first, fields.count > 1 else { continue }
            switch name {
            case "cpu":
                for (kind, field) in zip(kinds, fields.dropFirst()) {
                    counters["cpu.\(kind)"] = UInt64(field).map { $0 &* tick }
                }
            case "ctxt": counters["context-switches"] = UInt64(fields[1])
            case "processes": counters["forks"] = UInt64(fields[1])
            default: break
            }
        }
    }

    /// Bytes and operations of all block devices that are neither partitions nor made of others.
    private static func readDisks(into counters: inout [String: UInt64]) {
        let disks = Set(Files.names(in: "/sys/block").filter { Files.exists("/sys/block/\($0)/device") })
        let names = [
            3: "io.read-operations", 5: "io.read", 7: "io.write-operations", 9: "io.write", 18: "io.flushes",
        ]
        for line in Files.lines("/proc/diskstats") {
            let fields = line.split(separator: " ")
            guard fields.count > 9, disks.contains(String(fields[2])) else { continue }
            for (column, name) in names where column < fields.count {
                // Sectors are 512 bytes whatever the device's own are.
                let unit: UInt64 = column == 5 || column == 9 ? 512 : 1
                counters[name, default: 0] &+= (UInt64(fields[column]) ?? 0) &* unit
            }
        }
    }

    private static func readMemory(into counters: inout [String: UInt64]) {
        let names = [
            "pgfault": "memory.faults", "pgmajfault": "memory.major-faults", "pswpin": "memory.swap-ins",
            "pswpout": "memory.swap-outs", "oom_kill": "memory.oom-kills",
        ]
        for line in Files.lines("/proc/vmstat") {
            let fields = line.split(separator: " ")
            if fields.count == 2, let name = names[String(fields[0])] { counters[name] = UInt64(fields[1]) }
        }
    }

    /// Bytes of all interfaces but the loopback.
    private static func readNetwork(into counters: inout [String: UInt64]) {
        for line in Files.lines("/proc/net/dev").dropFirst(2) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, Files.trim(parts[0]) != "lo" else { continue }
            let fields = parts[1].split(separator: " ")
            guard fields.count > 8 else { continue }
            counters["network.received", default: 0] &+= UInt64(fields[0]) ?? 0
            counters["network.sent", default: 0] &+= UInt64(fields[8]) ?? 0
        }
    }

    /// Bytes that the file system under /scratch has written to its device since it was mounted.
    private static func readScratch(into counters: inout [String: UInt64]) {
        guard let mount = MountTable.read().holding("/scratch"), mount.type.hasPrefix("ext"),
            let device = mount.source.split(separator: "/").last,
            let kibibytes = Files.number("/sys/fs/ext4/\(device)/session_write_kbytes")
        else { return }
        counters["scratch.written"] = kibibytes << 10
    }

    /// Microseconds in which some task waited for a resource, where the kernel counts that.
    private static func readPressure(_ resource: String, into counters: inout [String: UInt64]) {
        for line in Files.lines("/proc/pressure/\(resource)") where line.hasPrefix("some ") {
            guard let field = line.split(separator: " ").last, field.hasPrefix("total=") else { continue }
            counters["pressure.\(resource)"] = UInt64(field.dropFirst("total=".count))
        }
    }
}
