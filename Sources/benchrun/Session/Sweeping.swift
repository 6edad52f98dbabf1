import BenchrunModel
import Host

/// Removes what dead runs left, by their ledgers and nothing else.
enum Sweeping {
    /// Sweeps every ledger whose writer is dead.
    static func sweepDeadRuns(locations: Locations) async -> SweepReport {
        var report = SweepReport()
        for ledger in await Ledger.all(in: locations.ledgers) where !ledger.isLive && !Task.isCancelled {
            report.append(await sweep(ledger, locations: locations))
        }
        return report
    }

    private static func sweep(_ ledger: LedgerFile, locations: Locations) async -> SweepReport {
        // Scratch may lie anywhere the user said; its directory carries the run's name.
        let scratch = ledger.entries
            .filter { $0.kind == "directory" && $0.detail["role"] == "scratch" && $0.name.hasSuffix("/\(ledger.run)") }
            .map(\.name)
        let roots =
            [locations.runtime, locations.cache] + scratch.map { String($0.dropLast(ledger.run.text.count + 1)) }
        let sweeper = Sweeper(allowedRoots: roots) { run, _ in
            await removeOrphans(of: run, locations: locations)
        }
        return await sweeper.sweep(ledger)
    }

    /// Asks every driver for what still carries the run's label.
    private static func removeOrphans(of run: RunID, locations: Locations) async -> SweepReport {
        var report = SweepReport()
        do {
            let topology = try CPUTopology.detect(chosen: nil)
            let session = try await HostSession.open(
                run: RunNames.session("clean"),
                locations: locations,
                topology: topology
            )
            for (name, driver) in session.drivers.sorted(by: { $0.key < $1.key }) {
                do {
                    report.removed += try await driver.removeOrphans(of: run)
                } catch {
                    report.failed.append("\(name): \(error)")
                }
            }
            report.failed += await session.close()
        } catch {
            report.failed.append("\(error)")
        }
        return report
    }
}
