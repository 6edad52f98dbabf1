/// What processes hold of the host's memory, where a page that several of them share counts for each in part (PSS).
public enum ProportionalMemory {
    /// PSS in bytes of a process; nil of one that has ended or may not be looked at.
    public static func read(process: Int32) -> UInt64? {
        KernelFile.read("/proc/\(process)/smaps_rollup").flatMap(parse)
    }

    /// The sum of those processes that can be looked at; nil where none can.
    public static func sum(of processes: some Sequence<Int32>) -> UInt64? {
        let sizes = processes.compactMap { read(process: $0) }
        return sizes.isEmpty ? nil : sizes.reduce(0, &+)
    }

    /// Reads the line `Pss:  1234 kB`.
    static func parse(_ text: String) -> UInt64? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("Pss:") }
        let words = line?.split(separator: " ") ?? []
        return words.count > 1 ? UInt64(words[1]).map { $0 << 10 } : nil
    }
}

/// What the host has left for new programs without swapping.
public enum AvailableMemory {
    /// Bytes; nil where the kernel does not tell.
    public static func read() -> UInt64? { KernelFile.read("/proc/meminfo").flatMap(parse) }

    /// Reads the line `MemAvailable:  1234 kB`.
    static func parse(_ text: String) -> UInt64? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        let words = line?.split(separator: " ") ?? []
        return words.count > 1 ? UInt64(words[1]).map { $0 << 10 } : nil
    }
}
