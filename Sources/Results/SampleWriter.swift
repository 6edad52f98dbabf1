public import BenchrunModel
import Glibc

/// Appends samples to a run's samples.csv, a whole cell at a time, each on disk before the call returns.
///
/// The actor has a thread of its own: neither a slow disk nor a cancelled task reaches the cooperative pool or leaves
/// half a cell behind.
public actor SampleWriter {
    private let executor: FileQueue
    private let path: String
    private let file: FileDescriptor
    private let encoder: SampleEncoder
    private var length: Int

    /// A sentence about a broken tail that was moved aside when the file was opened; nil where it was whole.
    public nonisolated let repair: String?

    /// Runs the actor on its own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens a file to append to, and creates it with its header where it does not exist.
    ///
    /// Where the last write was cut off (the last line has no line break or too few fields), the rows of that cell are
    /// moved to `samples.csv.partial`; nothing is destroyed. The order of the columns is the file's own.
    /// - Throws: ``ResultsError`` where the file cannot be opened, read or repaired, or is not a samples.csv.
    public static func open(path: String) async throws(ResultsError) -> SampleWriter {
        let state = try await FileQueue.run("samples.open") { () throws(ResultsError) in
            try SampleFile.prepare(path: path)
        }
        return try SampleWriter(path: path, state: state)
    }

    private init(path: String, state: SampleFile) throws(ResultsError) {
        self.path = path
        executor = FileQueue(label: "samples")
        file = try FileDescriptor(path, flags: O_WRONLY | O_APPEND, nextStep: SampleFile.nextStep)
        encoder = state.encoder
        length = state.length
        repair = state.repair
    }

    /// Appends the rows of one cell with one write and waits until they are on disk.
    ///
    /// Where that fails, because the disk is full for instance, the file is cut back to its last whole cell.
    /// - Throws: ``ResultsError`` naming the file and the next step.
    public func append(_ samples: [Sample]) throws(ResultsError) {
        guard !samples.isEmpty else { return }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(samples.count * 256)
        for sample in samples { try encoder.encode(sample, into: &bytes) }
        do {
            try file.write(bytes, nextStep: SampleFile.nextStep)
            try file.synchronize(nextStep: SampleFile.nextStep)
        } catch {
            do {
                try file.truncate(to: length)
                try file.synchronize()
            } catch let second {
                throw ResultsError(
                    subject: error.subject,
                    detail: "\(error.detail), and the half-written cell could not be removed: \(second.detail)",
                    nextStep: SampleFile.nextStep
                )
            }
            throw error
        }
        length += bytes.count
    }
}
