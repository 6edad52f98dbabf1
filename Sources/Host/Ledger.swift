public import BenchrunModel
import Glibc

/// A run's record on disk of what it is about to make, so that a later process can remove it.
///
/// An append-only file of JSON lines, each on disk before the call returns. The actor runs on a thread of its own:
/// waiting for the disk does not hold up the cooperative pool. The file is deleted when it is closed with nothing
/// left in it.
public actor Ledger: ResourceLedger {
    /// Where its methods run.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    /// The file.
    public nonisolated let path: String

    private nonisolated let executor: BlockingExecutor
    private let writer: ProcessIdentity
    private var descriptor: Int32
    private var endsInLine: Bool

    /// What has been made and not yet removed, in the order it was made.
    public private(set) var entries: [LedgerEntry]

    /// Creates the run's ledger. One that a dead process left for the same run is continued with what it holds.
    /// - Parameter directory: made when missing.
    /// - Throws: ``HostError`` when it cannot be made, or when another process is writing it.
    public init(creating run: RunID, in directory: String) async throws {
        let executor = BlockingExecutor(name: "ledger")
        let opened = try await executor.run {
            try Locations.create(directory)
            return try Opened(creating: "\(directory)/\(run)\(LedgerFile.suffix)", run: run)
        }
        self.init(opened, executor)
    }

    /// Opens a ledger that lies on disk, to record what is removed of it. The caller becomes its writer.
    /// - Throws: ``HostError`` when it is gone or another process is writing it.
    public static func open(_ file: LedgerFile) async throws -> Ledger {
        let executor = BlockingExecutor(name: "ledger")
        return Ledger(try await executor.run { try Opened(existing: file.path, run: file.run) }, executor)
    }

    private init(_ opened: Opened, _ executor: BlockingExecutor) {
        self.executor = executor
        path = opened.path
        writer = opened.writer
        descriptor = opened.descriptor
        endsInLine = true
        entries = opened.entries
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// All ledgers in a directory, live ones and dead ones, by run.
    public static func all(in directory: String) async -> [LedgerFile] {
        let executor = BlockingExecutor(name: "ledger")
        return await executor.run {
            KernelFile.names(in: directory).compactMap { LedgerFile(path: "\(directory)/\($0)") }
                .sorted { $0.run.text < $1.run.text }
        }
    }

    /// Records a resource before it is made; returns when the record is on disk.
    /// - Throws: ``HostError`` when it could not be written: then the resource must not be made.
    public func willCreate(kind: String, name: String, detail: [String: String] = [:]) throws {
        try append(LedgerRecord(action: .create, kind: kind, name: name, detail: detail.isEmpty ? nil : detail))
        entries.removeAll { $0.kind == kind && $0.name == name }
        entries.append(LedgerEntry(kind: kind, name: name, detail: detail, writer: writer))
    }

    /// Records that a resource is gone; does nothing for one that is not in the ledger.
    /// - Throws: ``HostError`` when it could not be written.
    public func didRemove(kind: String, name: String) throws {
        guard entries.contains(where: { $0.kind == kind && $0.name == name }) else { return }
        try append(LedgerRecord(action: .remove, kind: kind, name: name))
        entries.removeAll { $0.kind == kind && $0.name == name }
    }

    /// As ``willCreate(kind:name:detail:)`` for several at once, with one wait for the disk.
    /// - Throws: ``HostError`` when they could not be written: then none of them must be made.
    public func willCreateAll(kind: String, _ resources: [(name: String, detail: [String: String])]) throws {
        guard !resources.isEmpty else { return }
        try append(
            resources.map { LedgerRecord(action: .create, kind: kind, name: $0.name, detail: $0.detail) }
        )
        let names = Set(resources.map(\.name))
        entries.removeAll { $0.kind == kind && names.contains($0.name) }
        entries += resources.map { LedgerEntry(kind: kind, name: $0.name, detail: $0.detail, writer: writer) }
    }

    /// As ``didRemove(kind:name:)`` for several at once.
    /// - Throws: ``HostError`` when it could not be written.
    public func didRemoveAll(kind: String, _ names: Set<String>) throws {
        let gone = entries.filter { $0.kind == kind && names.contains($0.name) }
        guard !gone.isEmpty else { return }
        try append(gone.map { LedgerRecord(action: .remove, kind: kind, name: $0.name) })
        entries.removeAll { $0.kind == kind && names.contains($0.name) }
    }

    /// Ends writing; deletes the file when nothing is left in it. Idempotent.
    public func close() {
        guard descriptor >= 0 else { return }
        if entries.isEmpty { unlink(path) }
        flock(descriptor, LOCK_UN)
        Glibc.close(descriptor)
        descriptor = -1
    }

    private func append(_ record: LedgerRecord) throws {
        try append([record])
    }

    private func append(_ records: [LedgerRecord]) throws {
        guard descriptor >= 0 else { throw HostError(subject: "ledger \(path)", detail: "is closed") }
        // A line that was cut short, by a full disk now, must not swallow the next one.
        let lines = (endsInLine ? [] : [UInt8(ascii: "\n")]) + (try records.flatMap { try $0.line })
        endsInLine = false
        try Opened.write(lines, to: descriptor, path)
        endsInLine = true
    }
}

/// A ledger's file, locked and with this process recorded as its writer.
private struct Opened: Sendable {
    let path: String
    let descriptor: Int32
    let writer: ProcessIdentity
    let entries: [LedgerEntry]

    init(creating path: String, run: RunID) throws {
        // Made under another name and linked when it names its writer: nobody sees it without one.
        let draft = "\(path).\(getpid())"
        let descriptor = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { unlink(draft) }
        do {
            self.init(try Self.begin(path, descriptor, run: run, after: nil), path, descriptor, [])
            if link(draft, path) == 0 {
                try Self.synchronizeDirectory(of: path)
                return
            }
            guard errno == EEXIST else { throw Self.failure(path) }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        Glibc.close(descriptor)
        try self.init(existing: path, run: run)
    }

    init(existing path: String, run: RunID) throws {
        let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw Self.failure(path) }
        do {
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw Self.inUse(path) }
            let file = LedgerFile(path: path, run: run, bytes: KernelFile.bytes(path) ?? [])
            if file.isLive, file.writer != ProcessIdentity.current { throw Self.inUse(path) }
            self.init(try Self.begin(path, descriptor, run: run, after: file), path, descriptor, file.entries)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    private init(_ writer: ProcessIdentity, _ path: String, _ descriptor: Int32, _ entries: [LedgerEntry]) {
        self.writer = writer
        self.path = path
        self.descriptor = descriptor
        self.entries = entries
    }

    private static func begin(
        _ path: String,
        _ descriptor: Int32,
        run: RunID,
        after file: LedgerFile?
    ) throws -> ProcessIdentity {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw inUse(path) }
        guard let writer = ProcessIdentity.current else {
            throw HostError(subject: "ledger \(path)", detail: "this process is not in /proc", nextStep: "mount /proc")
        }
        let record = LedgerRecord(action: .session, run: run, boot: LedgerFile.bootID, writer: writer)
        let newLine = file.map { $0.endsInLine ? [] : [UInt8(ascii: "\n")] } ?? []
        try write(newLine + (try record.line), to: descriptor, path)
        return writer
    }

    /// Appends in one call and waits for the disk.
    static func write(_ line: [UInt8], to descriptor: Int32, _ path: String) throws {
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            rest = rest.dropFirst(count)
        }
        try FileSync.synchronize(descriptor, named: path)
    }

    /// The file's name must survive a power cut as well as its content.
    private static func synchronizeDirectory(of path: String) throws {
        let directory = path.split(separator: "/").dropLast().joined(separator: "/")
        let descriptor = Glibc.open("/" + directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { Glibc.close(descriptor) }
        try FileSync.synchronize(descriptor, named: "/" + directory)
    }

    private static func failure(_ path: String) -> HostError {
        HostError(
            subject: "ledger \(path)",
            detail: String(cString: strerror(errno)),
            nextStep: "check the directory's permissions and free space"
        )
    }

    private static func inUse(_ path: String) -> HostError {
        HostError(
            subject: "ledger \(path)",
            detail: "another process is writing it",
            nextStep: "wait for that run, or end it"
        )
    }
}
