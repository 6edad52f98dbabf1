import BenchrunModel
import Glibc
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
        let ledger = try await Ledger(creating: run, in: locations.ledgers)
        let state = locations.runtime + "/" + run.text
        let group = "benchrun/" + run.text
        try await ledger.willCreate(kind: "directory", name: state, detail: [:])
        try Directories.create(state, mode: 0o700)
        try Directories.create(locations.cache, mode: 0o755)
        if case .success = ControlGroup.isAvailable {
            try await ledger.willCreate(kind: "cgroup", name: group, detail: [:])
            try ControlGroup(group).create(limits: nil)
        }
        let setup = DriverSetup(
            run: run, controlGroup: group, stateDirectory: state, cacheDirectory: locations.cache,
            agentExecutable: try AgentExecutable.find(), housekeepingCPUs: topology.housekeeping, ledger: ledger)
        return HostSession(
            run: run, locations: locations, ledger: ledger, setup: setup,
            drivers: DriverRegistry.makeAll(setup: setup))
    }

    /// Stops daemons and removes directories and control groups; runs to its end although the task is cancelled.
    /// - Returns: what could not be removed, one line each.
    func close() async -> [String] {
        await Task {
            await withTaskGroup(of: Void.self) { group in
                for driver in drivers.values { group.addTask { await driver.shutdown() } }
            }
            return await Sweeping.sweep(ledger: ledger, locations: locations, drivers: [:]).failures
        }.value
    }
}

/// The drivers of this build: the only place that knows every one.
enum DriverRegistry {
    /// Every driver's type.
    static var types: [any Driver.Type] {
        var types: [any Driver.Type] = processDrivers
        #if Libvirt
            types.append(libvirtDriver)
        #endif
        return types
    }

    /// A driver of each type, by name.
    static func makeAll(setup: DriverSetup) -> [String: any Driver] {
        Dictionary(uniqueKeysWithValues: types.map { ($0.name, $0.init(setup: setup)) })
    }

    /// Option names by driver, for the validation of environment files.
    static var options: [String: Set<String>] {
        Dictionary(uniqueKeysWithValues: types.map { ($0.name, $0.options) })
    }
}
