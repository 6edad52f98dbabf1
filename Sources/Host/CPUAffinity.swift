import CLinux
import Glibc

/// Which CPUs this process runs on.
public enum CPUAffinity {
    /// Restricts this thread, and all threads and children it starts from now on, to some CPUs. To be called before
    /// any other thread exists: threads that run already stay where they are.
    /// - Throws: ``HostError`` when none of these CPUs may be used.
    public static func set(_ cpus: [Int]) throws {
        let numbers = cpus.compactMap { Int32(exactly: $0) }
        guard !numbers.isEmpty, numbers.count == cpus.count, numbers.allSatisfy({ $0 >= 0 }),
            cl_set_affinity(numbers, Int32(numbers.count)) == 0
        else {
            let wanted = cpus.map(String.init).joined(separator: ",")
            let usable = current.map(String.init).joined(separator: ",")
            throw HostError(
                subject: "cpus \(wanted)",
                detail: "benchrun may not run on them",
                nextStep: "choose from \(usable)"
            )
        }
    }

    /// The CPUs that the main thread may use, ascending; empty where the kernel does not tell.
    public static var current: [Int] {
        let label = "Cpus_allowed_list:"
        let lines = (KernelFile.read("/proc/self/status") ?? "").split(separator: "\n")
        return lines.first { $0.hasPrefix(label) }.map { parse(String($0.dropFirst(label.count))) } ?? []
    }

    /// Reads a list as the kernel writes it: `0-2,5` is 0, 1, 2 and 5. What is not a list gives an empty one.
    public static func parse(_ list: String) -> [Int] {
        var cpus: Set<Int> = []
        for part in list.trimmed.split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0.trimmed) }
            guard let first = ends.first.flatMap({ $0 }), let last = ends.last.flatMap({ $0 }), ends.count <= 2,
                first >= 0, first <= last, last < 65536
            else { return [] }
            cpus.formUnion(first...last)
        }
        return cpus.sorted()
    }
}
