import Foundation
import Glibc
import Host

/// Docker for guests: a disk with the engine, all it needs and the kernel's modules for it, so that nothing of it is in
/// the root file system that every environment shares.
///
/// The disk holds a small root of its own: the engine does not depend on what the measured image is made of.
public struct GuestEngine: Sendable {
    /// The disk, qcow2 with one ext4 file system; guests share it read-only.
    public let disk: String
    /// Keeps it from being pruned for as long as somebody holds on to it.
    private let use: FileLock

    private static let subject = "guest engine"
    private static let file = "engine.qcow2"
    /// Modules that docker needs with neither bridge nor packet filter.
    private static let modules = ["overlay"]
    /// What nothing of the engine reads.
    private static let unwanted = ["usr/share", "usr/lib/systemd", "lib/systemd", "var", "lib/udev", "usr/lib/udev"]

    /// Why it cannot be made or found here; nil where it can.
    public static func obstacle(cache: String) -> String? {
        let directory = directory(cache)
        let made = (try? StagedDirectory.finished(in: directory)) ?? []
        if made.contains(where: { $0.hasPrefix("docker-") }) { return nil }
        let missing = ["apt-get", "dpkg-deb", "tar", "mke2fs", "qemu-img"].filter { Tool.path(of: $0) == nil }
        return missing.isEmpty ? nil : "the engine's disk cannot be made without \(missing.joined(separator: ", "))"
    }

    /// Gives the disk that goes with a guest kernel: one from the cache if there is one, else a new one.
    /// - Parameters:
    ///   - cache: `Locations.cache`.
    ///   - kernel: path of the guest's kernel file.
    public static func ensure(
        cache: String,
        kernel: String,
        progress: @escaping @Sendable (ImageProgress) -> Void = { _ in }
    ) async throws -> GuestEngine {
        let reporter = ProgressReporter(subject: subject, handler: progress)
        let directory = directory(cache)
        try await onOwnThread { try FileBytes.makeDirectories(directory) }
        let use = try await onOwnThread { try hold(directory) }
        let release = try await onOwnThread { try KernelImage.release(of: kernel) ?? "unknown" }
        // Of one made for another kernel the modules would not load.
        let name = "docker-\(safe(release))"
        let path = "\(directory)/\(name)/\(file)"
        if FileBytes.size(path) != nil { return GuestEngine(disk: path, use: use) }
        let lock = try await FileLock.acquire("\(directory)/.build") { reporter.report(.waiting($0)) }
        defer { lock.release() }
        if FileBytes.size(path) != nil { return GuestEngine(disk: path, use: use) }
        try Tool.require(["mke2fs", "qemu-img"], for: subject)
        let staged = try await onOwnThread {
            try StagedDirectory.sweep("\(directory)/\(name)")
            return try StagedDirectory.begin(for: "\(directory)/\(name)")
        }
        do {
            try await build(in: staged.path, kernel: kernel, release: release, reporter)
            try await FileBytes.syncFileSystem(of: staged.path)
            try await onOwnThread { try staged.commit() }
        } catch {
            try? await onOwnThread { try staged.discard() }
            throw error
        }
        return GuestEngine(disk: path, use: use)
    }

    /// Removes engines' disks not used since `limit`, unless some benchrun uses one now.
    /// - Returns: a line for each thing removed.
    static func prune(cache: String, before limit: Date) throws -> [String] {
        let directory = directory(cache)
        let mark = "\(directory)/.use"
        return try StagedDirectory.prune(directory, of: "guest engine", before: limit, mark: { _ in mark })
    }

    // MARK: - Places

    static func directory(_ cache: String) -> String { "\(cache)/engines" }

    /// Keeps everything in the directory until the lock is released.
    static func hold(_ directory: String) throws -> FileLock {
        guard let lock = try FileLock.attempt(.shared, at: "\(directory)/.use") else {
            throw HostError(
                subject: subject,
                detail: "the cache is being pruned by another benchrun",
                nextStep: "try again"
            )
        }
        FileBytes.touch("\(directory)/.use")
        return lock
    }

    private static func safe(_ release: String) -> String {
        String(release.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" })
    }

    // MARK: - Building

    private static func build(
        in directory: String,
        kernel: String,
        release: String,
        _ progress: ProgressReporter
    ) async throws {
        let tree = "\(directory)/tree"
        let packages = "\(directory)/packages"
        try await onOwnThread {
            try FileBytes.makeDirectories(packages)
            try layOut(tree)
        }
        let found = try await EnginePackages.find(progress: progress)
        let files = try await found.download(into: packages, progress: progress)
        try await progress.during(.extracting) {
            for file in files { try await EnginePackages.unpack(file, into: tree) }
        }
        try await addModules(to: "\(tree)/modules", kernel: kernel, release: release, drafts: "\(directory)/drafts")
        try await onOwnThread {
            try DirectoryTree.remove(packages)
            for path in unwanted { try DirectoryTree.remove("\(tree)/\(path)") }
            try FileBytes.create("\(tree)/busybox", try FileBytes.read("/bin/busybox"), mode: 0o755)
        }
        try await progress.during(.makingDisk) {
            try await DiskImage(
                tree: tree,
                digest: "sha256:" + String(repeating: "e", count: 32),
                epoch: DebianRoot.epoch
            )
            .write(to: "\(directory)/\(file)")
        }
        try await onOwnThread { try DirectoryTree.remove(tree) }
    }

    /// The directories and links of a system with merged /usr, and mount points for what the engine shares with its
    /// guest.
    private static func layOut(_ tree: String) throws {
        for name in ["bin", "lib", "lib64", "sbin"] {
            try FileBytes.makeDirectories("\(tree)/usr/\(name)")
            guard symlink("usr/\(name)", "\(tree)/\(name)") == 0 else {
                throw HostError.system("link", "\(tree)/\(name)")
            }
        }
        for name in ["data", "dev", "etc", "modules", "proc", "root", "run", "scratch", "sys", "tmp"] {
            try FileBytes.makeDirectories("\(tree)/\(name)")
        }
        try FileBytes.create("\(tree)/.benchrun-agent", [], mode: 0o755)
        try FileBytes.create("\(tree)/etc/passwd", Array("root:x:0:0:root:/root:/bin/sh\n".utf8))
        try FileBytes.create("\(tree)/etc/group", Array("root:x:0:\n".utf8))
    }

    private static func addModules(to directory: String, kernel: String, release: String, drafts: String) async throws {
        let own = kernel.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/modules"
        let source = FileBytes.isDirectory(own) ? own : "/lib/modules/\(release)"
        let known = try await onOwnThread { try KernelModules(source) }
        try await onOwnThread { try FileBytes.makeDirectories(drafts) }
        let reader = ModuleReader(directory: known.directory, drafts: drafts)
        let steps = try await known.order(modules) { try await reader.needs($0) }
        for (index, step) in steps.enumerated() {
            let bytes = try await reader.read(step)
            let number = String(index + 100).dropFirst()
            try await onOwnThread { try FileBytes.create("\(directory)/\(number)-\(step.name).ko", bytes) }
        }
        try await onOwnThread { try DirectoryTree.remove(drafts) }
    }
}
