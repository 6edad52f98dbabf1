#if Libvirt
public import BenchrunModel
import Foundation
import Host
import Libvirt

extension LibvirtDriver {
    /// Ends the run's domains at the system's libvirtd, and, without asking any daemon, whatever is in the control
    /// groups of private ones and their guests. Files are the ledger's to delete.
    /// - Returns: a line for each domain and process ended.
    public func removeOrphans(of run: RunID) async throws -> [String] {
        try await hypervisor.removeOrphans(of: run) + session.removeOrphans(of: run)
    }
}

extension Hypervisor {
    /// Ends what of a run this kind of libvirt has.
    func removeOrphans(of run: RunID) async throws -> [String] {
        var removed = try await removeDomains(of: run)
        let top = setup.controlGroup.split(separator: "/").dropLast().joined(separator: "/")
        let group = top.isEmpty ? run.text : "\(top)/\(run)"
        // The daemon first: it would report, and could restart, what it sees die.
        for path in ["\(group)/\(kind.daemon)", PrivateLibvirtd.guestsPath(below: group, kind)] {
            let orphans = ControlGroup(path)
            guard orphans.exists, !(await isOurs(orphans)) else { continue }
            for process in orphans.processes() { removed.append("process \(process) (\(Self.title(of: process)))") }
            do {
                try await orphans.remove()
            } catch {
                throw DriverError(error, during: "remove orphans")
            }
        }
        return removed
    }

    /// Whether a group belongs to the daemon that this very driver has running.
    private func isOurs(_ group: ControlGroup) async -> Bool {
        guard let daemon = await openLink()?.daemon else { return false }
        return group.path == daemon.controlGroup.path
            || group.path == PrivateLibvirtd.guestsPath(below: setup.controlGroup, kind)
    }

    private func removeDomains(of run: RunID) async throws -> [String] {
        let connection: Connection
        let isBorrowed: Bool
        if let link = await openLink() {
            (connection, isBorrowed) = (link.connection, true)
        } else if let opened = try? await Self.openSystem(kind) {
            (connection, isBorrowed) = (opened, false)
        } else {
            // Nobody to ask: what a dead private libvirtd left is in its control groups.
            return []
        }
        do {
            var removed: [String] = []
            for domain in try await connection.domains() where domain.name.hasPrefix("benchrun-\(run)-") {
                // Names of one run may begin like those of another; the description is exact.
                let text = (try? await connection.text(of: domain)) ?? nil
                guard text == DomainPlan.description(of: run.text) else { continue }
                do {
                    try await connection.destroy(domain)
                    removed.append("domain \(domain.name)")
                } catch {
                    // One that ended by itself meanwhile is what was wanted.
                    guard error.isNoDomain || error.isInvalidState else { throw error }
                }
            }
            if !isBorrowed { await connection.close() }
            return removed
        } catch {
            if !isBorrowed { await connection.close() }
            throw DriverError(error, during: "remove orphans")
        }
    }

    private static func title(of process: Int32) -> String {
        let name = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
        return name?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "ended"
    }
}
#endif
