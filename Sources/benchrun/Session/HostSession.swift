import BenchrunModel
import Foundation
import Host

/// What one invocation holds on this host: ledger, directories, control group and drivers. Closing it removes all.
struct HostSession: Sendable {
    let run: RunID
    let locations: Locations
    let ledger: Ledger
    let setup: DriverSetup
    let drivers: [String: any Driver]

    /// Creates what a session needs; the daemons follow when a driver is probed.
    static func open(run: RunID, locations: Locations, topology: CPUTopology) async throws -> HostSession {
        try locations.create()
        let ledger = try await Ledger(creating: run, in: locations.ledgers)
        let state = locations.runtime + "/" + run.text
        let group = "benchrun/" + run.text
        do {
            try await ledger.willCreate(kind: "directory", name: state)
            try Directories.create(state)
            if case .success = ControlGroup.isAvailable {
                try await ledger.willCreate(kind: "cgroup", name: group)
                try ControlGroup(group).create(limits: nil)
            }
            let setup = DriverSetup(
                run: run,
                controlGroup: group,
                stateDirectory: state,
                cacheDirectory: locations.cache,
                agentExecutable: try AgentExecutable.find(),
                housekeepingCPUs: topology.housekeeping,
                ledger: ledger
            )
            return HostSession(
                run: run,
                locations: locations,
                ledger: ledger,
                setup: setup,
                drivers: DriverRegistry.makeAll(setup: setup)
            )
        } catch {
            _ = await remove(ledger, group: group)
            throw error
        }
    }

    /// Makes the directory of this session's scratch, on the file system that storage workloads measure.
    func makeScratch(in parent: String) async throws -> String {
        let scratch = parent + "/" + run.text
        try await ledger.willCreate(kind: "directory", name: scratch, detail: ["role": "scratch"])
        try Directories.create(scratch)
        return scratch
    }

    /// Stops daemons and removes directories and control groups; runs to its end although the task is cancelled.
    /// - Returns: what could not be removed, one line each.
    func close() async -> [String] {
        await Task {
            await withTaskGroup(of: Void.self) { group in
                for driver in drivers.values { group.addTask { await driver.shutdown() } }
            }
            // What fails stays in the ledger, and is told with the rest of it.
            let failures = await TuningJournal(ledger).restore().failed
            return await failures + Self.remove(ledger, group: setup.controlGroup)
        }.value
    }

    /// Removes what the session itself made; what a driver left in the ledger stays there for `clean`.
    private static func remove(_ ledger: Ledger, group: String) async -> [String] {
        var failures: [String] = []
        let entries = await ledger.entries
        for entry in entries.reversed() where ["directory", "cgroup"].contains(entry.kind) {
            do {
                if entry.kind == "cgroup" {
                    try await ControlGroup(entry.name).remove()
                } else {
                    try Directories.remove(entry.name)
                }
                try await ledger.didRemove(kind: entry.kind, name: entry.name)
            } catch {
                failures.append("\(error)")
            }
        }
        for entry in await ledger.entries {
            failures.append("\(entry.kind) \(entry.name) is left; run 'benchrun clean'")
        }
        await ledger.close()
        return failures
    }
}

extension Locations {
    /// Where ledgers lie.
    var ledgers: String { state + "/ledgers" }

    /// The lock that lets one run measure at a time.
    var lock: String { runtime + "/lock" }

    /// The places this process's environment names.
    static func standard() -> Locations {
        standard(environment: ProcessInfo.processInfo.environment)
    }
}

/// Directories of a session.
enum Directories {
    /// Makes a directory and its parents.
    static func create(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw HostError(subject: path, detail: "cannot be made: \(error.localizedDescription)")
        }
    }

    /// Removes a directory with what is in it; one that is gone is fine.
    static func remove(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw HostError(
                subject: path,
                detail: "cannot be removed: \(error.localizedDescription)",
                nextStep: "see what uses it, then 'benchrun clean'"
            )
        }
    }
}
