#if Libvirt
import BenchrunModel
import Foundation
import Host
import Libvirt
import XMLCoder

extension LibvirtInstance: Booting {
    func kernelSpokeAt() async -> UInt64? { console?.time }
}

/// What libvirt calls suspend, resume, save, restore and destroy; a snapshot is one of the root's disk.
extension LibvirtInstance: LifecycleOperations {
    nonisolated var operations: Set<LifecycleOperation> {
        [.pause, .unpause, .snapshot, .save, .restore, .restart, .kill]
    }

    func perform(_ operation: LifecycleOperation) async throws {
        switch operation {
        case .pause: try await pause()
        case .unpause: try await resume()
        case .snapshot: try await snapshot()
        case .save: try await save()
        case .restore: try await restore()
        case .restart: try await restart()
        case .kill:
            // To its end also when the task is cancelled, as every end.
            try await Task.detached { try await self.end(gracefully: false) }.value
        case .agentExec, .exec, .attach, .commit:
            throw DriverError(
                subject: "libvirt/\(operation.rawValue)",
                detail: "a domain has no such operation",
                nextStep: "remove '\(operation.rawValue)' from the workload's 'operations'"
            )
        }
    }

    private var savedState: String { plan.rootDisk + ".saved" }
    private var laterDisk: String { plan.rootDisk + ".later" }

    private func snapshot() async throws {
        let xml = try DiskSnapshot.root(later: laterDisk, plan.options).xml()
        try await leave(laterDisk)
        try await control("snapshot") { try await $0.snapshotDisks(of: $1, xml: xml) }
    }

    private func save() async throws {
        let path = savedState
        try await leave(path)
        try await control("save") { try await $0.save($1, to: path) }
    }

    /// The domain and its agent go on where they were; only the connection between them and this process is new.
    private func restore() async throws {
        guard let earlier = link else {
            throw DriverError(subject: "libvirt/restore", detail: "'\(spec.name)' has not been saved")
        }
        let path = savedState
        try await control("restore") { connection, _ in try await connection.restore(from: path) }
        let link = try await listener.accept(name: spec.name, within: .seconds(30))
        try link.goOn(after: earlier)
        self.link = link
        await earlier.close()
        _ = try await link.ping(within: .seconds(60))
    }

    /// The same definition and disks; nothing of the first domain is left when the second begins.
    private func restart() async throws {
        try await end(gracefully: true)
        isGone = false
        try await start()
    }

    /// Notes a file that is about to be made.
    private func leave(_ path: String) async throws {
        try await driver.setup.ledger.willCreate(kind: "file", name: path, detail: [:])
        leftFiles.append(path)
    }

    /// Deletes what operations left. Idempotent.
    func removeLeftFiles() async {
        for path in leftFiles {
            try? FileManager.default.removeItem(atPath: path)
            try? await driver.setup.ledger.didRemove(kind: "file", name: path)
        }
        leftFiles = []
    }
}

/// libvirt's `<domainsnapshot>`, as far as benchrun uses it.
struct DiskSnapshot: Encodable {
    var disks: Disks

    /// One of the root's disk, which goes on in another file. That of the scratch disk is not kept.
    static func root(later file: String, _ options: LibvirtOptions) -> DiskSnapshot {
        let prefix = options.bus == .virtio ? "vd" : "sd"
        let root = Disk(
            name: prefix + "a",
            snapshot: "external",
            driver: Format(type: "qcow2"),
            source: Devices.File(file: file)
        )
        return DiskSnapshot(
            disks: Disks(disk: [root] + (options.hasScratchDisk ? [Disk(name: prefix + "b", snapshot: "no")] : []))
        )
    }

    /// - Throws: ``DriverError`` when it cannot be written.
    func xml() throws(DriverError) -> String {
        do {
            return String(decoding: try XMLEncoder().encode(self, withRootKey: "domainsnapshot"), as: UTF8.self)
        } catch {
            throw DriverError(subject: "libvirt/snapshot", detail: "it cannot be written as XML: \(error)")
        }
    }

    struct Disks: Encodable {
        var disk: [Disk]
    }

    struct Disk: ElementWithAttributes {
        static let attributes: Set<String> = ["name", "snapshot"]

        var name: String
        var snapshot: String
        var driver: Format?
        var source: Devices.File?
    }

    struct Format: ElementWithAttributes {
        static let attributes: Set<String> = ["type"]

        var type: String
    }
}
#endif
