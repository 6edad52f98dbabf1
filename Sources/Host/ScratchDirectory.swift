public import BenchrunModel
import Foundation

/// The directory on the measured file system that is an instance's /scratch.
///
/// All of a driver's are below one directory of the run, which is recorded in the ledger before the first cell:
/// so creating an instance needs no synced write of benchrun's own inside the time that is measured.
public struct ScratchDirectory: Sendable, Equatable {
    /// Deleting a large tree takes a while; no thread of Swift's pool waits for it.
    private static let executor = BlockingExecutor(name: "scratch")

    /// Its path on the host.
    public let path: String

    /// The directory of one instance.
    public init(of instance: String, driver: String, in context: RunContext) {
        path = "\(Self.parent(driver: driver, in: context))/\(instance)"
    }

    private init(path: String) {
        self.path = path
    }

    /// The directory that holds those of a driver's instances.
    public static func parent(driver: String, in context: RunContext) -> String {
        "\(context.scratchDirectory)/benchrun-\(context.setup.run)-\(driver)"
    }

    /// Makes the directory that holds those of a driver's instances, and records it. Making it again does no harm.
    /// - Throws: `DriverError` where it cannot be made.
    @discardableResult
    public static func prepareParent(driver: String, in context: RunContext) async throws -> ScratchDirectory {
        let parent = ScratchDirectory(path: parent(driver: driver, in: context))
        try await context.setup.ledger.willCreate(kind: "directory", name: parent.path, detail: [:])
        try parent.make()
        return parent
    }

    /// Deletes that directory with all that is in it. Idempotent.
    public static func removeParent(_ path: String, ledger: any ResourceLedger) async {
        do {
            try await ScratchDirectory(path: path).remove()
            try await ledger.didRemove(kind: "directory", name: path)
        } catch {
            // It stays in the ledger, and the next sweep tries again.
        }
    }

    /// The scratch directory that a container of a run says it has; nil when the path is not one of that run's.
    public static func ofContainer(labelled path: String, instance: String, run: RunID) -> ScratchDirectory? {
        let names = path.split(separator: "/")
        guard instance.hasPrefix("benchrun-\(run)-"), names.count > 1, names[names.count - 1] == instance,
            names[names.count - 2].hasPrefix("benchrun-\(run)-"), !names.contains("..")
        else { return nil }
        return ScratchDirectory(path: path)
    }

    /// Makes it.
    /// - Throws: `DriverError` where it cannot be made.
    public func make() throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw DriverError(
                subject: "scratch \(path)",
                detail: "cannot be made: \(error.localizedDescription)",
                nextStep: "free space on its file system, or choose another with --scratch"
            )
        }
    }

    /// Deletes it and what is in it; does nothing when there is none.
    /// - Throws: `DriverError` where something of it cannot be deleted.
    public func remove() async throws {
        let path = path
        do {
            try await Self.executor.run {
                // Not through a link: what is deleted is what was made.
                let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
                guard type == .typeDirectory else { return }
                try FileManager.default.removeItem(atPath: path)
            }
        } catch {
            throw DriverError(
                subject: "scratch \(path)",
                detail: "cannot be deleted: \(error.localizedDescription)",
                nextStep: "run 'benchrun clean'"
            )
        }
    }
}
