public import BenchrunModel
public import Results

/// What an experiment needs of the host besides drivers; a test gives it a clock of its own.
public protocol ExperimentHost: Sendable {
    /// CLOCK_MONOTONIC_RAW of the host, in nanoseconds.
    func now() -> UInt64
    /// The boot id, to recognise instances that share the host's clock.
    var bootID: String { get }
    /// Writes back what earlier cells left dirty on the scratch file system and waits, bounded, until it is down.
    func settle() async
    /// Time of a bare fork and exec of `true`, in nanoseconds; nil where it cannot be measured.
    func bareExec() async -> UInt64?
    /// Writes back and empties the host's page cache.
    func dropPageCache() async throws
    /// The host's own counters, read right before something is measured or right after.
    func counters(at moment: CountedMoment) -> Counters
}

/// On which side of what is measured counters are read: their times are read on the near side.
public enum CountedMoment: Sendable {
    /// Before it.
    case begin
    /// After it.
    case end
}

/// Where an experiment leaves its samples.
public protocol SampleSink: Sendable {
    /// Appends all rows of a cell at once; returns when they are on disk.
    func append(_ rows: [Sample]) async throws
    /// Appends the telemetry of a cell; returns when it is on disk.
    func append(telemetry: [TelemetryRecord]) async throws
    /// Keeps the output of a failed cell; returns where, or nil when it could not be kept.
    func keep(evidence: String, of cell: String) async -> String?
}

/// Runs something to its end although the calling task may be cancelled: clean-up must not be cut short.
func uncancelled<Success: Sendable>(_ operation: @escaping @Sendable () async -> Success) async -> Success {
    await Task { await operation() }.value
}
