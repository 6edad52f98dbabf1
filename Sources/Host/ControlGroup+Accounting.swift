import Glibc
import Synchronization

extension ControlGroup {
    /// Highest memory use in bytes since the group was made or since ``resetPeakMemory()``; nil where the kernel does
    /// not tell (v2 before Linux 5.19).
    public func peakMemory() -> UInt64? {
        guard let directory = directory(of: "memory") else { return nil }
        guard layout.isUnified else {
            return KernelFile.value(directory + "/memory.max_usage_in_bytes").flatMap(UInt64.init)
        }
        return peak.read(directory + "/memory.peak")
    }

    /// Lets the peak begin anew at the present use. Where the kernel does not permit it (v2 before Linux 6.12) the
    /// peak goes on covering the group's whole life.
    public func resetPeakMemory() {
        guard let directory = directory(of: "memory") else { return }
        if layout.isUnified {
            peak.reset(directory + "/memory.peak")
        } else {
            try? KernelFile.write("0", to: directory + "/memory.max_usage_in_bytes")
        }
    }

    /// CPU time used by it and the groups below it, in nanoseconds.
    public func cpuUsage() -> UInt64? {
        if let hierarchy = layout.hierarchy(of: "cpuacct") {
            return KernelFile.value(directory(in: hierarchy) + "/cpuacct.usage").flatMap(UInt64.init)
        }
        guard layout.isUnified, let unified = layout.unified else { return nil }
        let words = Self.words(directory(in: unified) + "/cpu.stat")
        guard let index = words.firstIndex(of: "usage_usec"), index + 1 < words.count else { return nil }
        return UInt64(words[index + 1]).map { $0 * 1000 }
    }
}

/// v2's peak is reset for the reader that asked for it: through one open descriptor, shared by a group's copies.
final class PeakMemory: Sendable {
    private let descriptor = Mutex<Int32>(-1)

    deinit {
        descriptor.withLock { if $0 >= 0 { close($0) } }
    }

    func reset(_ path: String) {
        descriptor.withLock { held in
            if held < 0 { held = open(path, O_RDWR | O_CLOEXEC) }
            if held >= 0, Glibc.write(held, "reset", 5) < 0 {
                close(held)
                held = -1
            }
        }
    }

    func read(_ path: String) -> UInt64? {
        descriptor.withLock { held in
            guard held >= 0 else { return KernelFile.value(path).flatMap(UInt64.init) }
            var buffer = [UInt8](repeating: 0, count: 64)
            let count = pread(held, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            return UInt64(String(decoding: buffer.prefix(count), as: UTF8.self).trimmed)
        }
    }
}
