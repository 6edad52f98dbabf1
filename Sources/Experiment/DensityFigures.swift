import BenchrunModel

/// The figures of a density cell, from what was seen of each instance.
struct DensityFigures: Sendable {
    /// What was seen of one instance.
    struct Instance: Sendable {
        /// Nanoseconds from the request to the first answer.
        var launch: UInt64
        /// Nanoseconds that an answer takes; nil until it was asked.
        var latency: UInt64?
        /// What the host gives for it; nil where its driver does not tell.
        var footprint: Footprint?
        /// Nanoseconds of CPU time in the idle window; nil where its driver does not tell.
        var cpu: UInt64?
    }

    var instances: [Instance]
    /// Nanoseconds from the first request to the last instance's first answer.
    var total: UInt64
    /// Nanoseconds of the idle window.
    var window: UInt64

    /// PSS of shared daemons by what they are: each daemon once, however many instances it serves.
    var daemons: [Counter.Scope: UInt64] {
        var byProcess: [Int32: Footprint.Daemon] = [:]
        for instance in instances { byProcess.merge(instance.footprint?.daemons ?? [:]) { max($0, $1) } }
        return byProcess.values.reduce(into: [:]) { $0[$1.scope, default: 0] &+= $1.memory }
    }

    /// A figure in its own unit; nil where it was not read of every instance that has it.
    func value(_ figure: DensityFigure) -> Double? {
        switch figure {
        case .memory: mean { $0.footprint?.memory }
        case .memoryTotal: mean { $0.footprint?.memory }.map { $0 * Double(instances.count) }
        case .groupMemory: mean { $0.footprint?.groupMemory }
        case .daemonMemory: daemons.isEmpty ? nil : Double(daemons.values.reduce(0, &+))
        case .disk: mean { $0.footprint?.disk }
        case .cpu: window == 0 ? nil : mean { $0.cpu }.map { $0 / Double(window) * 1000 }
        case .launch: instances.last.map { Double($0.launch) / 1e9 }
        case .launchTotal: Double(total) / 1e9
        case .latency: median(instances.compactMap(\.latency)).map { $0 / 1e9 }
        }
    }

    /// An instance that tells nothing would make the mean that of others: then there is none.
    private func mean(_ read: (Instance) -> UInt64?) -> Double? {
        let values = instances.compactMap(read)
        guard !values.isEmpty, values.count == instances.count else { return nil }
        return values.reduce(0) { $0 + Double($1) } / Double(values.count)
    }

    private func median(_ values: [UInt64]) -> Double? {
        guard !values.isEmpty, values.count == instances.count else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2)
            ? (Double(sorted[middle - 1]) + Double(sorted[middle])) / 2 : Double(sorted[middle])
    }

    private func max(_ one: Footprint.Daemon, _ other: Footprint.Daemon) -> Footprint.Daemon {
        one.memory > other.memory ? one : other
    }
}
