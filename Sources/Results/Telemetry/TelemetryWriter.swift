import Glibc

/// Appends to a run's telemetry.csv, a cell at a time, on disk before the call returns. On a thread of its own.
public actor TelemetryWriter {
    private let executor: FileQueue
    private let file: FileDescriptor

    /// Runs the actor on its own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens a file to append to, with its header where it is new. A last line that was cut off is removed: its cell
    /// has no samples either, or is explained by those that it has.
    /// - Throws: ``ResultsError`` where the file cannot be opened or written.
    public static func open(path: String) async throws(ResultsError) -> TelemetryWriter {
        try await FileQueue.run("telemetry.open") { () throws(ResultsError) in try prepare(path) }
        return try TelemetryWriter(path: path)
    }

    private init(path: String) throws(ResultsError) {
        executor = FileQueue(label: "telemetry")
        file = try FileDescriptor(path, flags: O_WRONLY | O_APPEND, nextStep: SampleFile.nextStep)
    }

    private static func prepare(_ path: String) throws(ResultsError) {
        let file = try FileDescriptor(path, flags: O_RDWR | O_CREAT | O_APPEND, nextStep: SampleFile.nextStep)
        let size = try file.size()
        let end = try endOfLines(file, size)
        if end < size { try file.truncate(to: end) }
        guard end == 0 else { return }
        try file.write(Array((TelemetryRecord.header + "\n").utf8), nextStep: SampleFile.nextStep)
        try file.synchronize(nextStep: SampleFile.nextStep)
        try FileDescriptor.synchronize(directory: FileDescriptor.parent(of: path))
    }

    /// Where the last whole line ends; 0 without one.
    private static func endOfLines(_ file: borrowing FileDescriptor, _ size: Int) throws(ResultsError) -> Int {
        var end = size
        while end > 0 {
            let start = max(0, end - (1 << 16))
            let block = try file.bytes(in: start..<end)
            if let last = block.lastIndex(of: SampleEncoder.lineFeed) { return start + last + 1 }
            end = start
        }
        return 0
    }

    /// Appends the telemetry of one cell.
    /// - Throws: ``ResultsError`` naming the file and the next step; the file is cut back to what it was.
    public func append(_ records: [TelemetryRecord]) throws(ResultsError) {
        var bytes: [UInt8] = []
        for record in records { record.encode(into: &bytes) }
        guard !bytes.isEmpty else { return }
        let length = try file.size()
        do {
            try file.write(bytes, nextStep: SampleFile.nextStep)
            try file.synchronize(nextStep: SampleFile.nextStep)
        } catch {
            try? file.truncate(to: length)
            throw error
        }
    }
}
