public import BenchrunModel
import FoundationEssentials
import Glibc

/// A resource that was recorded before it was made and not yet recorded as gone.
public struct LedgerEntry: Codable, Sendable, Equatable {
    /// `process`, `daemon`, `cgroup`, `directory`, `file`, `mount`, `container`, `domain`, `image`.
    public var kind: String
    /// What a sweeper needs to find it: a path, a name, or `pid:starttime`.
    public var name: String
    /// More that the sweeper of that kind needs.
    public var detail: [String: String]
    /// The process that recorded it.
    public var writer: ProcessIdentity

    /// Creates an entry.
    public init(kind: String, name: String, detail: [String: String] = [:], writer: ProcessIdentity) {
        self.kind = kind
        self.name = name
        self.detail = detail
        self.writer = writer
    }
}

/// One line of a ledger.
struct LedgerRecord: Codable, Sendable {
    enum Action: String, Codable {
        /// A process begins to write this ledger.
        case session
        case create
        case remove
    }

    var action: Action
    var run: RunID?
    var boot: String?
    var writer: ProcessIdentity?
    var kind: String?
    var name: String?
    var detail: [String: String]?
    /// Seconds since 1970, for people.
    var at = Int(time(nil))

    /// The record and a line end.
    var line: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        }
    }
}

/// A ledger as it lies on disk: what a run has made, and whether that run still lives.
public struct LedgerFile: Sendable, Equatable {
    /// The file.
    public let path: String
    /// The run.
    public let run: RunID
    /// Who wrote it last; nil when not even the first line is whole.
    public let writer: ProcessIdentity?
    /// What has been made and not yet removed, in the order it was made.
    public let entries: [LedgerEntry]
    /// Lines that are no records, such as one that a crash cut short.
    public let damagedLines: Int

    let boot: String?
    let endsInLine: Bool

    /// Whether its writer still runs.
    public var isLive: Bool {
        guard let writer, writer.isAlive else { return false }
        // After a reboot another process may have the same number and, counted from boot, the same start time.
        return boot == nil || boot == Self.bootID
    }

    static var bootID: String? { KernelFile.value("/proc/sys/kernel/random/boot_id") }
    static let suffix = ".ndjson"

    /// Reads a ledger; nil when it cannot be read or its name holds no run.
    init?(path: String) {
        guard let name = path.split(separator: "/").last, name.hasSuffix(Self.suffix),
            let run = RunID(String(name.dropLast(Self.suffix.count))), let bytes = KernelFile.bytes(path)
        else { return nil }
        self.init(path: path, run: run, bytes: bytes)
    }

    init(path: String, run: RunID, bytes: [UInt8]) {
        self.path = path
        self.run = run
        var writer: ProcessIdentity?
        var boot: String?
        var entries: [LedgerEntry] = []
        var damaged = 0
        let decoder = JSONDecoder()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let record = try? decoder.decode(LedgerRecord.self, from: Data(line)) else {
                damaged += 1
                continue
            }
            switch (record.action, record.kind, record.name) {
            case (.session, _, _):
                writer = record.writer
                boot = record.boot
            case (.create, let kind?, let name?):
                // Every ledger begins with its writer; without one this is no ledger of ours.
                guard let writer else {
                    damaged += 1
                    continue
                }
                entries.removeAll { $0.kind == kind && $0.name == name }
                entries.append(LedgerEntry(kind: kind, name: name, detail: record.detail ?? [:], writer: writer))
            case (.remove, let kind?, let name?):
                entries.removeAll { $0.kind == kind && $0.name == name }
            default:
                damaged += 1
            }
        }
        self.writer = writer
        self.boot = boot
        self.entries = entries
        damagedLines = damaged
        endsInLine = bytes.isEmpty || bytes.last == UInt8(ascii: "\n")
    }
}
