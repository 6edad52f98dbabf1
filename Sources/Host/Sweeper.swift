public import BenchrunModel
import FoundationEssentials
import Glibc

/// What a sweep came to, one line a thing.
public struct SweepReport: Sendable, Equatable {
    /// What was removed.
    public var removed: [String]
    /// What could not be removed, and why.
    public var failed: [String]
    /// Settings of the host that were turned back.
    public var restored: [String]

    /// Creates a report.
    public init(removed: [String] = [], failed: [String] = [], restored: [String] = []) {
        self.removed = removed
        self.failed = failed
        self.restored = restored
    }

    /// Adds another report's lines.
    public mutating func append(_ other: SweepReport) {
        removed += other.removed
        failed += other.failed
        restored += other.restored
    }
}

/// Removes what a dead run's ledger still holds, and nothing else.
///
/// Processes are ended by control group, or by pid only where the start time still matches. Mounts, files and
/// directories are touched only below the allowed roots, and never through a symbolic link or across a mount.
public struct Sweeper: Sendable {
    /// Directories below which recorded paths may be removed: the run's state and scratch places.
    public var allowedRoots: [String]
    /// Removes containers, domains and images of a run: the drivers' `removeOrphans`.
    public var removeOrphans: @Sendable (RunID, [LedgerEntry]) async -> SweepReport

    private let layout: ControlGroupLayout
    private let settingsRoot: String

    /// Creates a sweeper.
    public init(
        allowedRoots: [String],
        removeOrphans: @escaping @Sendable (RunID, [LedgerEntry]) async -> SweepReport
    ) {
        self.init(allowedRoots: allowedRoots, layout: .host, settingsRoot: "", removeOrphans: removeOrphans)
    }

    init(
        allowedRoots: [String],
        layout: ControlGroupLayout,
        settingsRoot: String = "",
        removeOrphans: @escaping @Sendable (RunID, [LedgerEntry]) async -> SweepReport
    ) {
        self.allowedRoots = allowedRoots
        self.removeOrphans = removeOrphans
        self.layout = layout
        self.settingsRoot = settingsRoot
    }

    /// Sweeps what a ledger holds. What was removed is taken out of the ledger, which is deleted once it is empty;
    /// what failed stays in it for the next sweep. A live run's ledger is refused.
    public func sweep(_ file: LedgerFile) async -> SweepReport {
        let ledger: Ledger
        do {
            ledger = try await Ledger.open(file)
        } catch {
            return SweepReport(failed: ["\(error)"])
        }
        var report = SweepReport()
        let entries = await ledger.entries
        let runGroup = ControlGroup("benchrun/\(file.run)", layout: layout)

        let members = runGroup.processes()
        if !members.isEmpty {
            await runGroup.kill()
            let left = runGroup.processes()
            report.removed += members.filter { !left.contains($0) }.map { "process \($0) in \(runGroup.path)" }
        }
        for entry in entries where entry.kind == "process" || entry.kind == "daemon" {
            await settle(entry, in: ledger, &report) { try await Self.end(entry.name) }
        }
        await turnBack(ledger, of: file, &report)
        let paths: Set<String> = ["process", "daemon", "cgroup", "directory", "file", "mount", TuningJournal.kind]
        let orphans = entries.filter { !paths.contains($0.kind) }
        let others = await removeOrphans(file.run, orphans)
        report.append(others)
        if others.failed.isEmpty {
            for entry in orphans { try? await ledger.didRemove(kind: entry.kind, name: entry.name) }
        }
        for kind in ["mount", "file", "directory"] {
            // What lies deeper was made later.
            for entry in entries.reversed() where entry.kind == kind {
                await settle(entry, in: ledger, &report) { try await removePath(entry) }
            }
        }
        for entry in entries.reversed() where entry.kind == "cgroup" {
            await settle(entry, in: ledger, &report) { try await removeGroup(entry.name, of: runGroup) }
        }
        if runGroup.exists {
            do {
                try await runGroup.remove()
                report.removed.append("cgroup \(runGroup.path)")
            } catch {
                report.failed.append("\(error)")
            }
        }
        await ledger.close()
        return report
    }

    /// Turns the host's settings back. A reboot has done that already.
    private func turnBack(_ ledger: Ledger, of file: LedgerFile, _ report: inout SweepReport) async {
        let names = Set(file.entries.filter { $0.kind == TuningJournal.kind }.map(\.name))
        guard !names.isEmpty else { return }
        if let boot = file.boot, boot != LedgerFile.bootID {
            try? await ledger.didRemoveAll(kind: TuningJournal.kind, names)
            return
        }
        let (restored, failed) = await TuningJournal(ledger, root: settingsRoot).restore()
        report.restored += restored
        report.failed += failed
    }

    /// Does one thing and notes in ledger and report what became of it; false means that it was gone already.
    private func settle(
        _ entry: LedgerEntry,
        in ledger: Ledger,
        _ report: inout SweepReport,
        _ remove: () async throws -> Bool
    ) async {
        do {
            if try await remove() { report.removed.append("\(entry.kind) \(entry.name)") }
            try await ledger.didRemove(kind: entry.kind, name: entry.name)
        } catch {
            report.failed.append("\(entry.kind) \(entry.name): \(error)")
        }
    }

    private static func end(_ name: String) async throws -> Bool {
        guard let identity = ProcessIdentity(name) else { throw Refusal("is not a process's 'pid:starttime'") }
        guard identity.pid != getpid(), identity.send(signal: SIGKILL) else { return false }
        let deadline = ContinuousClock.now + .seconds(5)
        while identity.isAlive {
            guard ContinuousClock.now < deadline else { throw Refusal("does not end") }
            try await Task.sleep(for: .milliseconds(10))
        }
        return true
    }

    private func removeGroup(_ path: String, of runGroup: ControlGroup) async throws -> Bool {
        let group = ControlGroup(path, layout: layout)
        guard group.path == runGroup.path || group.path.hasPrefix(runGroup.path + "/"),
            !group.path.split(separator: "/").contains("..")
        else { throw Refusal("is not below \(runGroup.path)") }
        guard group.exists else { return false }
        try await group.remove()
        return true
    }

    // MARK: - Paths

    private static let executor = BlockingExecutor(name: "sweeper")

    private func removePath(_ entry: LedgerEntry) async throws -> Bool {
        guard KernelFile.exists(entry.name) else { return false }
        let path = try resolved(entry.name)
        return try await Self.executor.run {
            let mounts = MountPoint.all().map(\.path)
            if entry.kind == "mount" {
                guard mounts.contains(path) else { return false }
                guard umount2(path, Int32(MNT_DETACH | UMOUNT_NOFOLLOW)) == 0 else {
                    throw Refusal(String(cString: strerror(errno)))
                }
                return true
            }
            if let mount = mounts.first(where: { $0 == path || $0.hasPrefix(path + "/") }) {
                throw Refusal("\(mount) is still mounted; unmount it first")
            }
            guard KernelFile.isDirectory(path) == (entry.kind == "directory") else {
                throw Refusal("is not a \(entry.kind)")
            }
            try FileManager.default.removeItem(atPath: path)
            return true
        }
    }

    /// The path with its parent's links resolved, if that is truly below an allowed root. The last part is left as
    /// it is: a link is removed, not what it points to.
    private func resolved(_ path: String) throws -> String {
        let parts = path.split(separator: "/")
        guard path.hasPrefix("/"), let last = parts.last, !parts.contains(".."), !parts.contains(".") else {
            throw Refusal("is not an absolute path")
        }
        guard let parent = Self.realPath("/" + parts.dropLast().joined(separator: "/")) else {
            throw Refusal("cannot be reached")
        }
        let result = (parent == "/" ? "" : parent) + "/\(last)"
        let roots = allowedRoots.compactMap(Self.realPath).filter { $0 != "/" }
        guard roots.contains(where: { result.hasPrefix($0 + "/") }) else {
            throw Refusal(
                "is not below \(allowedRoots.joined(separator: " or ")); remove it by hand if it is benchrun's"
            )
        }
        return result
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

/// Why one thing was not removed.
private struct Refusal: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
