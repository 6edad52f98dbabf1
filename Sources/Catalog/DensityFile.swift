public import AgentProtocol
public import BenchrunModel
import Yams

/// Reads what a workload with `activity: density` has; its `service` is that of a lifecycle.
enum DensityFile {
    static let keys = ["idle", "latency-bound", "memory-reserve"]

    /// What its cells do; nil for another activity.
    static func read(
        _ reader: MappingReader,
        activity: Workload.Activity,
        cases: CasesFile,
        service: () -> Lifecycle.Service?,
        log: ProblemLog
    ) -> Density? {
        guard activity == .density else {
            for key in keys where reader.has(key) {
                log.report(
                    reader.mark(of: key),
                    "key '\(key)' has a meaning only with 'activity: density'; remove one of the two"
                )
            }
            return nil
        }
        cases.use(parameter: Density.parameter)
        for item in cases.cases {
            guard let text = item.values[Density.parameter] else { continue }
            if !(Int(text).map { (1...Density.most).contains($0) } ?? false) {
                reader.report(
                    "cases",
                    "cases: \(Density.parameter): expected a whole number from 1 to \(Density.most), "
                        + "found '\(Excerpt.of(text, limit: 40))'"
                )
            }
        }
        var density = Density()
        density.service = service()
        density.idle = reader.duration("idle") ?? density.idle
        density.latencyBound = reader.duration("latency-bound")
        density.memoryReserve = reader.size("memory-reserve", atLeast: 1 << 20, "1 MiB") ?? density.memoryReserve
        return density
    }
}

extension CommandBuilder {
    /// The service that each instance of a density workload runs, without a time limit; nil where it runs none.
    public static func service(of density: Density, case values: Case) -> Command? {
        density.service.map { service in
            Command(service.command.map { Placeholder.expand($0, with: values.values) }, directory: GuestPath.scratch)
        }
    }
}
