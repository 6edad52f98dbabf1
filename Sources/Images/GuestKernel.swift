import Foundation
import Glibc
import Host

/// A kernel for guests and its modules: Debian's, unpacked into the cache and not installed, or the user's own.
public struct GuestKernel: Sendable, Equatable {
    /// The kernel file.
    public let image: String
    /// Its release, such as `6.1.0-56-cloud-amd64`.
    public let release: String
    /// Where its modules are: the directory that holds `kernel/` and `modules.builtin`.
    public let modules: String

    private static let subject = "guest kernel"
    private static let manifestName = "kernel.json"

    /// What is recorded of an unpacked package.
    private struct Manifest: Codable {
        var package: String
        var release: String
        var size: Int
    }

    /// Gives the guest kernel: one from the cache if there is one, else Debian's newest one for clouds.
    /// - Parameters:
    ///   - cache: `Locations.cache`.
    ///   - own: the user's own kernel file; its modules are looked for in `/lib/modules`.
    ///   - refresh: whether to look for a newer one although the cache has one.
    ///   - progress: called at each step.
    public static func ensure(
        cache: String,
        own: String? = nil,
        refresh: Bool = false,
        progress: @escaping @Sendable (ImageProgress) -> Void = { _ in }
    ) async throws -> GuestKernel {
        try await ensure(
            cache: cache,
            own: own,
            refresh: refresh,
            progress: ProgressReporter(subject: subject, handler: progress)
        )
    }

    static func ensure(
        cache: String,
        own: String?,
        refresh: Bool,
        progress: ProgressReporter
    ) async throws -> GuestKernel {
        if let own { return try await onOwnThread { try users(own) } }
        let directory = "\(cache)/kernels"
        if !refresh, let kernel = try await onOwnThread({ try latest(in: directory) }) { return kernel }
        try await onOwnThread { try FileBytes.makeDirectories(directory) }
        let lock = try await FileLock.acquire("\(directory)/.build") { progress.report(.waiting($0)) }
        defer { lock.release() }
        // Another benchrun may have made it while this one waited.
        if !refresh, let kernel = try await onOwnThread({ try latest(in: directory) }) { return kernel }
        let package = try await KernelPackage.find(progress: progress)
        let destination = "\(directory)/\(package.identity)"
        if let kernel = try await onOwnThread({ try read(destination) }) {
            FileBytes.touch(destination)
            return kernel
        }
        let staged = try await onOwnThread {
            try StagedDirectory.sweep(destination)
            return try StagedDirectory.begin(for: destination)
        }
        do {
            let archive = try await package.download(into: staged.path, progress: progress)
            try await progress.during(.unpackingKernel) { try await unpack(archive, package, in: staged) }
        } catch {
            try? await onOwnThread { try staged.discard() }
            throw error
        }
        guard let kernel = try await onOwnThread({ try read(destination) }) else {
            throw HostError(
                subject: subject,
                detail: "package \(package.name) holds no kernel that can be used",
                nextStep: "give one with --kernel and --initrd"
            )
        }
        return kernel
    }

    /// Keeps all kernels and initramfs files in the cache until the lock is released.
    static func use(cache: String) throws -> FileLock {
        try FileBytes.makeDirectories("\(cache)/kernels")
        guard let lock = try FileLock.attempt(.shared, at: "\(cache)/kernels/.use") else {
            throw HostError(
                subject: subject,
                detail: "the cache is being pruned by another benchrun",
                nextStep: "try again"
            )
        }
        return lock
    }

    /// Removes kernels and initramfs files not used since `limit`, unless some benchrun uses one now.
    /// - Returns: a line for each thing removed.
    static func prune(cache: String, before limit: Date) throws -> [String] {
        // The locks of the kernels are those of the initramfs files made of them.
        try StagedDirectory.prune(
            "\(cache)/kernels",
            of: "guest kernel",
            before: limit,
            more: {
                try Initramfs.prune(cache: cache, before: limit)
            }
        )
    }

    // MARK: - The user's own

    private static func users(_ path: String) throws -> GuestKernel {
        try KernelImage.requireReadable(path, option: "--kernel")
        let release = try KernelImage.release(of: path) ?? "unknown"
        return GuestKernel(image: path, release: release, modules: "/lib/modules/\(release)")
    }

    // MARK: - Debian's

    private static func latest(in directory: String) throws -> GuestKernel? {
        let names = try StagedDirectory.finished(in: directory)
        let times = names.map { ($0, FileBytes.modified("\(directory)/\($0)") ?? 0) }
        for (name, _) in times.sorted(by: { $0.1 > $1.1 }) {
            guard let kernel = try read("\(directory)/\(name)") else { continue }
            // The time of last use, by which the next search goes too.
            FileBytes.touch("\(directory)/\(name)")
            return kernel
        }
        return nil
    }

    /// The kernel in a directory of the cache; nil where it is not there or not whole.
    private static func read(_ directory: String) throws -> GuestKernel? {
        guard let bytes = try? FileBytes.read("\(directory)/\(manifestName)"),
            let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(bytes)),
            FileBytes.size("\(directory)/vmlinuz") == manifest.size,
            FileBytes.size("\(directory)/modules/modules.builtin") != nil
        else { return nil }
        return GuestKernel(
            image: "\(directory)/vmlinuz",
            release: manifest.release,
            modules: "\(directory)/modules"
        )
    }

    private static func unpack(_ archive: String, _ package: KernelPackage, in staged: StagedDirectory) async throws {
        let content = "\(staged.path)/content"
        try await HostCommand(["dpkg-deb", "--extract", archive, content], timeLimit: .seconds(300)).check()
        try await onOwnThread {
            // Debian moved modules below /usr with the merged layout.
            let parents = ["\(content)/lib/modules", "\(content)/usr/lib/modules"].filter(FileBytes.isDirectory)
            guard let parent = parents.first, let release = try StagedDirectory.finished(in: parent).first else {
                throw HostError(
                    subject: subject,
                    detail: "package \(package.name) holds no modules",
                    nextStep: "give a kernel with --kernel and --initrd"
                )
            }
            for (from, to) in [("\(content)/boot/vmlinuz-\(release)", "vmlinuz"), ("\(parent)/\(release)", "modules")] {
                guard rename(from, "\(staged.path)/\(to)") == 0 else { throw HostError.system("rename", from) }
            }
            try DirectoryTree.remove(content)
            try DirectoryTree.remove(archive)
            let image = "\(staged.path)/vmlinuz"
            _ = try KernelImage.release(of: image)
            let manifest = Manifest(package: package.identity, release: release, size: FileBytes.size(image) ?? 0)
            try FileBytes.create("\(staged.path)/\(manifestName)", Array(try JSONEncoder().encode(manifest)))
        }
        try await FileBytes.syncFileSystem(of: staged.path)
        try await onOwnThread { try staged.commit() }
    }
}
