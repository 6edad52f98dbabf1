import BenchrunModel
import Catalog
import Results

extension Catalog {
    /// A workload as `run.json` keeps it. A command of the user's has no file and so no digest.
    func record(of workload: Workload) -> WorkloadRecord {
        var record = WorkloadRecord(
            name: workload.name,
            title: workload.title,
            workloadClass: workload.workloadClass,
            command: workload.command,
            cases: workload.cases.map(\.label),
            metrics: workload.metrics.map {
                var metric = MetricRecord(name: $0.name, unit: $0.unit, better: $0.better, delta: $0.delta)
                metric.quantile = $0.quantile
                return metric
            },
            digest: digest(of: .workload, named: workload.name) ?? ""
        )
        record.load = workload.load
        record.workUnit = workload.operationUnit
        record.operation = workload.activity.operation
        return record
    }
}
