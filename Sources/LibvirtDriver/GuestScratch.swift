#if Libvirt
import BenchrunModel
import Foundation
import Host

/// What a guest's scratch is on this host.
enum GuestScratch: Sendable {
    /// A raw disk, on loan from those of the run.
    case lent(String)
    /// A thin disk of the guest's own.
    case thin(String)
    /// A directory.
    case folder(ScratchDirectory)

    /// Its path.
    var path: String {
        switch self {
        case .lent(let path), .thin(let path): path
        case .folder(let folder): folder.path
        }
    }

    /// Makes it, empty. Nothing is left of a failure.
    static func make(
        for spec: InstanceSpec,
        _ prepared: PreparedEnvironment,
        _ format: ScratchFormat,
        in context: RunContext,
        by driver: LibvirtDriver
    ) async throws -> GuestScratch {
        switch prepared.options.scratch {
        case .raw:
            let path = try await driver.scratch.take(
                in: context.scratchDirectory,
                size: context.scratchSize,
                prefix: driver.scratchPrefix,
                format: format
            )
            return .lent(path)
        case .qcow2:
            let path = "\(context.scratchDirectory)/\(spec.name)-scratch.qcow2"
            try await makeThin(path, size: context.scratchSize, format, driver.setup.ledger)
            return .thin(path)
        case .virtiofs:
            let folder = ScratchDirectory(of: spec.name, driver: LibvirtDriver.name, in: context)
            try folder.make()
            return .folder(folder)
        }
    }

    /// Deletes it, or gives it back. Idempotent.
    func remove(by driver: LibvirtDriver) async {
        switch self {
        case .lent(let path): await driver.scratch.giveBack(path)
        case .thin(let path): await Self.delete(path, driver.setup.ledger)
        case .folder(let folder): try? await folder.remove()
        }
    }

    /// A disk as `qemu-img create -f qcow2` makes it, with a file system in it: what is zero takes no space.
    private static func makeThin(
        _ path: String,
        size: Int,
        _ format: ScratchFormat,
        _ ledger: any ResourceLedger
    ) async throws {
        let draft = path + ".raw"
        for file in [draft, path] { try await ledger.willCreate(kind: "file", name: file, detail: [:]) }
        do {
            try await HostCommand(["truncate", "-s", "\(size)", draft]).check()
            try await HostCommand(format.formatCommand(draft)).check()
            try await HostCommand(["qemu-img", "convert", "-q", "-f", "raw", "-O", "qcow2", draft, path]).check()
        } catch {
            for file in [draft, path] { await delete(file, ledger) }
            throw error
        }
        await delete(draft, ledger)
    }

    private static func delete(_ file: String, _ ledger: any ResourceLedger) async {
        try? FileManager.default.removeItem(atPath: file)
        try? await ledger.didRemove(kind: "file", name: file)
    }
}
#endif
