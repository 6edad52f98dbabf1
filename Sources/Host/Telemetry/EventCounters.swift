import CLinux
import Glibc

/// Events that the kernel, and where it may the processor, counts on some CPUs whatever runs there.
///
/// Counting costs nothing while a cell is measured. An event that this host does not have, or does not show to this
/// user, is absent.
final class EventCounters: Sendable {
    private let descriptors: [(name: String, descriptor: Int32)]

    /// Types and numbers of linux/perf_event.h.
    private static let events: [(name: String, type: UInt32, number: UInt64)] = [
        ("context-switches", 1, 3), ("migrations", 1, 4), ("page-faults", 1, 2),
        ("cycles", 0, 0), ("instructions", 0, 1),
    ]

    /// On more CPUs the descriptors would take what instances need of them.
    private static let mostCPUs = 64

    init(cpus: [Int]) {
        let events = cpus.count <= Self.mostCPUs ? Self.events : []
        descriptors = events.flatMap { event in
            let opened = cpus.map { cl_perf_open(event.type, event.number, Int32(clamping: $0)) }
            // A sum over some of the CPUs would be taken for one over all.
            guard opened.allSatisfy({ $0 >= 0 }) else {
                for descriptor in opened where descriptor >= 0 { close(descriptor) }
                return [(name: String, descriptor: Int32)]()
            }
            return opened.map { (event.name, $0) }
        }
    }

    deinit {
        for (_, descriptor) in descriptors { close(descriptor) }
    }

    /// Sums by event.
    func read() -> [String: UInt64] {
        var sums: [String: UInt64] = [:]
        for (name, descriptor) in descriptors {
            var count: UInt64 = 0
            guard Glibc.read(descriptor, &count, 8) == 8 else { continue }
            sums[name, default: 0] &+= count
        }
        return sums
    }
}
