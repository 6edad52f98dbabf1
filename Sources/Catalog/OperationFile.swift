import BenchrunModel

/// Reads what a workload asks of a container engine.
enum OperationFile {
    /// What `activity` says.
    static let activity = "engine-operation"

    /// The activity; what is wrong with it is in the log.
    static func read(_ reader: MappingReader) -> Workload.Activity {
        if !reader.has("operation") { reader.reportMissing("operation", example: EngineOperation.pull.rawValue) }
        return reader.choice("operation", of: EngineOperation.self).map { .engineOperation($0) } ?? .command
    }
}
