#if Libvirt
import BenchrunModel
import Foundation
import Host

/// The image's tree with a layer in which libvirt's driver for containers may make directories: it puts `.oldroot` into
/// the root of every container, and the image is not its own to write to.
///
/// It is mounted where the daemon sees it: in the mount namespace of the run's own, with which it ends, else on the
/// host, from where it is removed with the run.
actor ContainerRoots {
    private struct Root {
        var path: String
        var mount: String
        var isHosts: Bool
    }

    private let setup: DriverSetup
    private var roots: [String: Root] = [:]

    init(setup: DriverSetup) {
        self.setup = setup
    }

    /// The root of an image's containers; made the first time.
    func root(of image: ImageForms, for daemon: PrivateDaemon?) async throws -> String {
        if let known = roots[image.digest] { return known.mount }
        let path = "\(setup.stateDirectory)/lxc-root-\(roots.count)"
        let root = Root(path: path, mount: path + "/root", isHosts: daemon == nil)
        for name in [image.directory, path] where name.contains(where: { ":,\\".contains($0) }) {
            throw DriverError(
                subject: "libvirt-lxc/prepare",
                detail: "\(name) cannot be mounted: its name has one of ':', ',' and '\\'",
                nextStep: "use another XDG_CACHE_HOME and XDG_RUNTIME_DIR"
            )
        }
        try await setup.ledger.willCreate(kind: "directory", name: path, detail: [:])
        for name in ["upper", "work", "root"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        }
        if root.isHosts { try await setup.ledger.willCreate(kind: "mount", name: root.mount, detail: [:]) }
        roots[image.digest] = root
        let layers = "lowerdir=\(image.directory),upperdir=\(path)/upper,workdir=\(path)/work"
        let inside = daemon.map { ["nsenter", "--mount=/proc/\($0.process.pid)/ns/mnt", "--"] } ?? []
        do {
            try await HostCommand(inside + ["mount", "-t", "overlay", "-o", layers, "benchrun", root.mount]).check()
        } catch {
            await remove(image.digest)
            throw error
        }
        return root.mount
    }

    /// Removes all, after the daemon has ended.
    func removeAll() async {
        for digest in roots.keys { await remove(digest) }
    }

    private func remove(_ digest: String) async {
        guard let root = roots.removeValue(forKey: digest) else { return }
        if root.isHosts {
            // What is still mounted stays in the ledger, and the next sweep tries again.
            let unmounted = try? await HostCommand(["umount", "-l", root.mount]).run()
            guard unmounted?.isSuccess == true else { return }
            try? await setup.ledger.didRemove(kind: "mount", name: root.mount)
        }
        do {
            try FileManager.default.removeItem(atPath: root.path)
            try await setup.ledger.didRemove(kind: "directory", name: root.path)
        } catch {
            // It stays in the ledger, and the next sweep tries again.
        }
    }
}
#endif
