import BenchrunModel
import FoundationEssentials
import Glibc
import Synchronization
import Testing

@testable import Host

@Suite("sweeper", .timeLimit(.minutes(1)))
struct SweeperTests {
    private let dead = ProcessIdentity("999999999:1")

    /// Sweeps a dead run's ledger that holds these things.
    private func sweep(
        _ things: [(kind: String, name: String)],
        in root: String,
        allowed: [String]? = nil,
        orphans: @escaping @Sendable (RunID, [LedgerEntry]) async -> SweepReport = { _, _ in SweepReport() }
    ) async throws -> (report: SweepReport, left: [LedgerFile]) {
        let state = root + "/state"
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        var records = [LedgerRecord(action: .session, run: try runID("run-1"), writer: dead)]
        records += things.map { LedgerRecord(action: .create, kind: $0.kind, name: $0.name) }
        let text = try records.map { String(decoding: try $0.line, as: UTF8.self) }.joined()
        try write(text, to: state + "/run-1.ndjson")
        let layout = try FakeControlGroups(root: root + "/groups").layout(v1: true, v2: true)
        let sweeper = Sweeper(allowedRoots: allowed ?? [root + "/run"], layout: layout, removeOrphans: orphans)
        let file = try #require(await Ledger.all(in: state).first)
        return (await sweeper.sweep(file), await Ledger.all(in: state))
    }

    private func prepared(_ body: (String) async throws -> Void) async throws {
        try await withTemporaryDirectory { root in
            for path in ["/groups", "/run", "/outside"] {
                try FileManager.default.createDirectory(atPath: root + path, withIntermediateDirectories: true)
            }
            try await body(root)
        }
    }

    @Test func filesAndDirectories() async throws {
        try await prepared { root in
            try FileManager.default.createDirectory(atPath: root + "/run/d/e", withIntermediateDirectories: true)
            try write("x", to: root + "/run/d/e/f")
            try write("x", to: root + "/run/file")
            try write("kept", to: root + "/outside/kept")
            try FileManager.default.createSymbolicLink(
                atPath: root + "/run/d/link",
                withDestinationPath: root + "/outside"
            )
            let (report, left) = try await sweep(
                [("directory", root + "/run/d"), ("file", root + "/run/file"), ("file", root + "/run/gone")],
                in: root
            )
            #expect(report.failed.isEmpty)
            #expect(report.removed == ["file \(root)/run/file", "directory \(root)/run/d"])
            #expect(left.isEmpty)
            #expect(text(of: root + "/outside/kept") == "kept")
            #expect(KernelFile.names(in: root + "/run").isEmpty)
        }
    }

    @Test func nothingOutsideTheRoots() async throws {
        try await prepared { root in
            try write("kept", to: root + "/outside/kept")
            try FileManager.default.createSymbolicLink(
                atPath: root + "/run/link",
                withDestinationPath: root + "/outside"
            )
            let names = [
                root + "/outside/kept", root + "/run/../outside/kept", root + "/run/link/kept", root + "/run",
                "relative", "/", root,
            ]
            let (report, left) = try await sweep(names.map { ("file", $0) }, in: root)
            #expect(report.removed.isEmpty)
            // What does not exist needs no permission: a relative path is nobody's.
            #expect(report.failed.count == names.count - 1)
            #expect(left.first?.entries.count == names.count - 1)
            #expect(text(of: root + "/outside/kept") == "kept")
        }
    }

    @Test func theRootOfTheFileSystemAllowsNothing() async throws {
        try await prepared { root in
            try write("kept", to: root + "/outside/kept")
            let (report, _) = try await sweep([("file", root + "/outside/kept")], in: root, allowed: ["/", "/none"])
            #expect(report.failed.count == 1)
            #expect(text(of: root + "/outside/kept") == "kept")
        }
    }

    @Test func aKindThatDoesNotMatchIsLeft() async throws {
        try await prepared { root in
            try FileManager.default.createDirectory(atPath: root + "/run/d", withIntermediateDirectories: true)
            let (report, _) = try await sweep([("file", root + "/run/d")], in: root)
            #expect(report.failed == ["file \(root)/run/d: is not a file"])
        }
    }

    @Test func processesOnlyWithTheSameStartTime() async throws {
        try await prepared { root in
            let mine = try await ChildProcess.start(["sleep", "60"])
            let other = try await ChildProcess.start(["sleep", "60"])
            let (report, left) = try await sweep(
                [
                    ("process", mine.identity), ("daemon", "\(other.pid):1"), ("process", "nonsense"),
                    ("process", try #require(ProcessIdentity.current).description),
                ],
                in: root
            )
            #expect(report.removed == ["process \(mine.identity)"])
            #expect(report.failed == ["process nonsense: is not a process's 'pid:starttime'"])
            #expect(left.first?.entries.map(\.name) == ["nonsense"])
            #expect(await mine.waitForExit() == 137)
            #expect(other.isRunning)
            await other.stop(grace: .seconds(5))
        }
    }

    @Test func containersAndDomainsAreTheDrivers() async throws {
        try await prepared { root in
            let asked = Mutex<[String]>([])
            let (report, left) = try await sweep(
                [("container", "c"), ("domain", "d"), ("image", "i"), ("future", "f")],
                in: root
            ) { run, entries in
                asked.withLock { $0 = [run.text] + entries.map(\.name) }
                return SweepReport(removed: ["container c"])
            }
            #expect(asked.withLock { $0 } == ["run-1", "c", "d", "i", "f"])
            #expect(report.removed == ["container c"])
            #expect(left.isEmpty)
        }
    }

    @Test func whatTheDriversCouldNotRemoveStays() async throws {
        try await prepared { root in
            let (report, left) = try await sweep([("container", "c")], in: root) { _, _ in
                SweepReport(failed: ["docker: does not answer"])
            }
            #expect(report.failed == ["docker: does not answer"])
            #expect(left.first?.entries.map(\.name) == ["c"])
        }
    }

    @Test func groupsOnlyBelowTheRuns() async throws {
        try await prepared { root in
            let layout = try FakeControlGroups(root: root + "/groups").layout(v1: true, v2: true)
            try ControlGroup("benchrun/run-1/x", layout: layout).create(limits: nil)
            try ControlGroup("benchrun/run-10", layout: layout).create(limits: nil)
            let (report, left) = try await sweep(
                [
                    ("cgroup", "benchrun/run-1/x"), ("cgroup", "benchrun/run-10"),
                    ("cgroup", "benchrun/run-1/../run-10"),
                ],
                in: root
            )
            #expect(report.removed == ["cgroup benchrun/run-1/x", "cgroup benchrun/run-1"])
            #expect(report.failed.count == 2)
            #expect(left.first?.entries.count == 2)
            #expect(ControlGroup.all(below: "benchrun", layout: layout).map(\.path) == ["benchrun/run-10"])
        }
    }

    @Test func aLiveRunIsNotTouched() async throws {
        try await prepared { root in
            let ledger = try await Ledger(creating: runID("run-1"), in: root + "/state")
            try write("x", to: root + "/run/file")
            try await ledger.willCreate(kind: "file", name: root + "/run/file")
            let file = try #require(await Ledger.all(in: root + "/state").first)
            let sweeper = Sweeper(allowedRoots: [root]) { _, _ in SweepReport(removed: ["too much"]) }
            let report = await sweeper.sweep(file)
            #expect(report.removed.isEmpty)
            #expect(report.failed.count == 1)
            #expect(text(of: root + "/run/file") == "x")
            await ledger.close()
        }
    }
}
