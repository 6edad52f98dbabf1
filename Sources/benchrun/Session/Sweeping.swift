import BenchrunModel
import Host

/// Removes what dead runs left, by their ledgers and nothing else.
enum Sweeping {
    /// What was removed and what could not be.
    struct Result: Sendable {
        var removed: [String] = []
        var failures: [String] = []
    }

    /// Sweeps every ledger whose writer is dead.
    /// - Returns: a line for each thing removed or not removed.
    static func sweepDeadRuns(locations: Locations) async -> [String] {
        let result = await sweepDead(locations: locations)
        return result.removed.map { "swept from a run that had died: \($0)" }
            + result.failures.map { "warning: \($0)" }
    }

    /// Sweeps every ledger whose writer is dead.
    static func sweepDead(locations: Locations) async -> Result {
        var total = Result()
        for ledger in await Ledger.all(in: locations.ledgers) where !ledger.isAlive {
            let drivers = await makeDrivers(for: ledger.run, locations: locations)
            let result = await sweep(ledger: ledger.ledger, locations: locations, drivers: drivers)
            for driver in drivers.values { await driver.shutdown() }
            total.removed += result.removed
            total.failures += result.failures
        }
        return total
    }
}
