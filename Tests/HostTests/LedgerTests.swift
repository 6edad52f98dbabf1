import BenchrunModel
import FoundationEssentials
import Testing

@testable import Host

@Suite("ledger", .timeLimit(.minutes(1)))
struct LedgerTests {
    private let run = "20261123-224501-7f3a"

    @Test func whatIsMadeAndNotRemovedRemains() async throws {
        try await withTemporaryDirectory { directory in
            let ledger = try await Ledger(creating: runID(run), in: directory + "/deep/state")
            try await ledger.willCreate(kind: "cgroup", name: "benchrun/x")
            try await ledger.willCreate(kind: "container", name: "c1", detail: ["engine": "docker"])
            try await ledger.willCreate(kind: "directory", name: "/tmp/with\nnew line")
            try await ledger.didRemove(kind: "cgroup", name: "benchrun/x")
            try await ledger.didRemove(kind: "cgroup", name: "never made")
            let files = await Ledger.all(in: directory + "/deep/state")
            #expect(files.map(\.run.text) == [run])
            #expect(files[0].isLive)
            #expect(files[0].writer == ProcessIdentity.current)
            #expect(files[0].damagedLines == 0)
            #expect(files[0].entries == (await ledger.entries))
            #expect(files[0].entries.map(\.name) == ["c1", "/tmp/with\nnew line"])
            #expect(files[0].entries[0].detail == ["engine": "docker"])
            await ledger.close()
            #expect(text(of: files[0].path) != nil)
        }
    }

    @Test func anEmptyLedgerIsDeletedWhenClosed() async throws {
        try await withTemporaryDirectory { directory in
            let ledger = try await Ledger(creating: runID(run), in: directory)
            try await ledger.willCreate(kind: "file", name: "/f")
            try await ledger.didRemove(kind: "file", name: "/f")
            await ledger.close()
            await ledger.close()
            #expect(await Ledger.all(in: directory).isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
            await #expect(throws: HostError.self) { try await ledger.willCreate(kind: "file", name: "/g") }
        }
    }

    @Test func aLiveLedgerIsRefusedToOthers() async throws {
        try await withTemporaryDirectory { directory in
            let ledger = try await Ledger(creating: runID(run), in: directory)
            let error = try await #require(throws: HostError.self) {
                _ = try await Ledger(creating: runID(run), in: directory)
            }
            #expect(error.detail == "another process is writing it")
            let file = try #require(await Ledger.all(in: directory).first)
            await #expect(throws: HostError.self) { _ = try await Ledger.open(file) }
            await ledger.close()
        }
    }

    @Test func aDeadLedgerIsContinued() async throws {
        try await withTemporaryDirectory { directory in
            try deadLedger(in: directory, lines: [create("file", "/a"), create("file", "/b"), remove("file", "/a")])
            let file = try #require(await Ledger.all(in: directory).first)
            #expect(!file.isLive)
            #expect(file.entries.map(\.name) == ["/b"])
            let ledger = try await Ledger(creating: runID(run), in: directory)
            #expect(await ledger.entries.map(\.name) == ["/b"])
            try await ledger.didRemove(kind: "file", name: "/b")
            await ledger.close()
            #expect(await Ledger.all(in: directory).isEmpty)
        }
    }

    @Test func aTruncatedTailLosesOnlyItself() async throws {
        try await withTemporaryDirectory { directory in
            let path = try deadLedger(
                in: directory,
                lines: [create("file", "/a")],
                tail: #"{"action":"create","kind":"file","na"#
            )
            let file = try #require(await Ledger.all(in: directory).first)
            #expect(file.entries.map(\.name) == ["/a"])
            #expect(file.damagedLines == 1)
            let ledger = try await Ledger.open(file)
            try await ledger.willCreate(kind: "file", name: "/c")
            let again = try #require(LedgerFile(path: path))
            #expect(again.entries.map(\.name) == ["/a", "/c"])
            #expect(again.isLive)
            await ledger.close()
        }
    }

    @Test func anotherBootsWriterIsDead() async throws {
        try await withTemporaryDirectory { directory in
            let own = try #require(ProcessIdentity.current)
            try deadLedger(in: directory, writer: own, boot: "another", lines: [])
            #expect(await Ledger.all(in: directory).map(\.isLive) == [false])
        }
    }

    @Test(arguments: ["", "\n\n", "not json\n", "{}\n", "[1]\n{\"action\":\"create\"}\n", "\u{0}\u{1}\n"])
    func garbageIsNoLedgerOfAnyone(content: String) async throws {
        try await withTemporaryDirectory { directory in
            try write(content, to: "\(directory)/\(run).ndjson")
            try write("{}", to: directory + "/Not A Run.ndjson")
            try write("{}", to: directory + "/other.txt")
            let files = await Ledger.all(in: directory)
            #expect(files.map(\.run.text) == [run])
            #expect(files.allSatisfy { !$0.isLive && $0.entries.isEmpty })
        }
    }

    @Test func noDirectoryNoLedgers() async {
        #expect(await Ledger.all(in: "/nonexistent").isEmpty)
    }

    // MARK: - Ledgers of processes that are gone

    @discardableResult
    private func deadLedger(
        in directory: String,
        writer: ProcessIdentity? = ProcessIdentity("999999999:1"),
        boot: String? = nil,
        lines: [LedgerRecord],
        tail: String = ""
    ) throws -> String {
        let path = "\(directory)/\(run).ndjson"
        let first = LedgerRecord(action: .session, run: try runID(run), boot: boot, writer: writer)
        let bytes = try ([first] + lines).flatMap { try $0.line }
        try write(String(decoding: bytes, as: UTF8.self) + tail, to: path)
        return path
    }

    private func create(_ kind: String, _ name: String) -> LedgerRecord {
        LedgerRecord(action: .create, kind: kind, name: name)
    }

    private func remove(_ kind: String, _ name: String) -> LedgerRecord {
        LedgerRecord(action: .remove, kind: kind, name: name)
    }
}
