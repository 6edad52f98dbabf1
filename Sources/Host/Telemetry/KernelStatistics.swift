import Glibc

/// Reads the texts of /proc. What a kernel does not have is absent.
enum KernelStatistics {
    /// Nanoseconds of a tick in the unit that the kernel shows, a hundredth of a second.
    static let tick = 1_000_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))

    /// `name number` lines.
    static func fields(_ text: String) -> [String: UInt64] {
        var fields: [String: UInt64] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2)
            if words.count == 2, let number = UInt64(words[1]) { fields[String(words[0])] = number }
        }
        return fields
    }

    /// CPU time of some CPUs together, in nanoseconds by kind. The kernel counts a guest's time as user time.
    static func times(of cpus: Set<Int>, in stat: String) -> [String: UInt64] {
        var times: [String: UInt64] = [:]
        for (cpu, fields) in processors(in: stat) where cpu.map(cpus.contains) ?? false {
            let kinds = ["user", "user", "system", "idle", "idle", "system", "system", "steal"]
            for (kind, field) in zip(kinds, fields) { times["cpu.\(kind)", default: 0] &+= field &* tick }
        }
        return times
    }

    /// CPU time that was not idle nor stolen, of all CPUs, in nanoseconds.
    static func busy(in stat: String) -> UInt64? {
        guard let all = processors(in: stat).first(where: { $0.cpu == nil })?.fields, all.count >= 8 else { return nil }
        return [all[0], all[1], all[2], all[5], all[6]].reduce(0, &+) &* tick
    }

    /// Context switches of the whole host.
    static func switches(in stat: String) -> UInt64? { fields(stat)["ctxt"] }

    /// A line for all CPUs, whose number is nil, and one for each.
    private static func processors(in stat: String) -> [(cpu: Int?, fields: [UInt64])] {
        stat.split(separator: "\n").filter { $0.hasPrefix("cpu") }.map { line in
            let words = line.split(separator: " ")
            return (Int(words.first?.dropFirst(3) ?? ""), words.dropFirst().compactMap { UInt64($0) })
        }
    }

    /// Bytes in the page cache, and bytes that are not written back yet.
    static func memory(in meminfo: String) -> [String: UInt64] {
        var sizes: [String: UInt64] = [:]
        for line in meminfo.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 2, let kibibytes = UInt64(words[1]) else { continue }
            switch words[0] {
            case "Cached:": sizes["memory.page-cache"] = kibibytes << 10
            case "Dirty:", "Writeback:": sizes["memory.dirty", default: 0] &+= kibibytes << 10
            default: break
            }
        }
        return sizes
    }

    /// Bytes of all interfaces but the loopback.
    static func network(in devices: String) -> [String: UInt64] {
        var bytes: [String: UInt64] = [:]
        for line in devices.split(separator: "\n").dropFirst(2) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].trimmed != "lo" else { continue }
            let fields = parts[1].split(separator: " ")
            guard fields.count > 8 else { continue }
            bytes["network.received", default: 0] &+= UInt64(fields[0]) ?? 0
            bytes["network.sent", default: 0] &+= UInt64(fields[8]) ?? 0
        }
        return bytes
    }

    /// Microseconds in which some task waited for a resource.
    static func pressure(in text: String) -> UInt64? {
        let some = text.split(separator: "\n").first { $0.hasPrefix("some ") }
        let total = some?.split(separator: " ").last { $0.hasPrefix("total=") }
        return total.flatMap { UInt64($0.dropFirst("total=".count)) }
    }
}
