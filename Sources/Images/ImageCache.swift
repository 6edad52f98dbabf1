import BenchrunModel
import Foundation
import Glibc
import Host

/// The directory of all images: a directory each, and two lock files beside it, of which `KEY.build` is held while it
/// is built and `KEY.use` while it is used. Blocking; called on a thread of its own.
struct ImageCache: Sendable {
    let directory: String

    /// What is there of one image.
    enum State {
        case missing
        case damaged(String)
        case complete(ImageManifest, hasDisk: Bool)

        var isComplete: Bool {
            if case .complete = self { true } else { false }
        }

        var hasDisk: Bool {
            if case .complete(_, true) = self { true } else { false }
        }
    }

    func path(_ key: String) -> String { "\(directory)/\(key)" }
    func buildLock(_ key: String) -> String { "\(path(key)).build" }
    func useLock(_ key: String) -> String { "\(path(key)).use" }

    func prepare() throws {
        try FileBytes.makeDirectories(directory)
    }

    func keys() throws -> [String] {
        try StagedDirectory.finished(in: directory)
    }

    /// Whether an image is there and whole: all files present with the sizes they were recorded with, and as many
    /// things in the tree. A disk of another size counts as no disk.
    func state(_ key: String) -> State {
        let path = path(key)
        guard FileBytes.isDirectory(path) else { return .missing }
        guard let manifest = try? ImageManifest.read(path) else {
            return .damaged("\(ImageManifest.fileName) is missing or cannot be read")
        }
        for (file, size) in manifest.files.sorted(by: { $0.key < $1.key }) where file != ImageFile.disk {
            guard let actual = FileBytes.size("\(path)/\(file)") else { return .damaged("\(file) is missing") }
            guard actual == size else { return .damaged("\(file) has \(actual) bytes instead of \(size)") }
        }
        guard let tree = try? DirectoryTree.measure("\(path)/\(ImageFile.tree)") else {
            return .damaged("\(ImageFile.tree) is missing")
        }
        // Who is not root cannot count what is in root's own directories.
        guard tree.count == manifest.treeCount || !tree.isWhole else {
            return .damaged("\(ImageFile.tree) holds \(tree.count) things instead of \(manifest.treeCount)")
        }
        let disk = FileBytes.size("\(path)/\(ImageFile.disk)")
        return .complete(manifest, hasDisk: disk != nil && disk == manifest.files[ImageFile.disk])
    }

    /// Marks an image as used, now and until the lock is released.
    func use(_ key: String) throws -> FileLock {
        // A remover holds it exclusively only for the moment of a rename.
        for _ in 0..<100 {
            if let lock = try FileLock.attempt(.shared, at: useLock(key)) {
                FileBytes.touch(useLock(key))
                return lock
            }
            usleep(10_000)
        }
        throw HostError(
            subject: "image \(key)",
            detail: "is being removed by another benchrun",
            nextStep: "try again"
        )
    }

    func manifest(of directory: String, key: ImageKey, digest: String, seconds: Double) throws -> ImageManifest {
        let status = "\(ImageFile.tree)/var/lib/dpkg/status"
        let text = String(decoding: try FileBytes.read("\(directory)/\(status)"), as: UTF8.self)
        var files: [String: Int] = [:]
        for file in [ImageFile.archive, status, ImageFile.tree + GuestPath.agent] {
            files[file] = FileBytes.size("\(directory)/\(file)")
        }
        return ImageManifest(
            digest: "sha256:\(digest)",
            recipe: key.recipe,
            packages: DpkgStatus.packages(text, architecture: key.recipe.architecture),
            created: Date(timeIntervalSince1970: Date.now.timeIntervalSince1970.rounded(.down)),
            buildSeconds: (seconds * 10).rounded() / 10,
            files: files,
            treeCount: try DirectoryTree.measure("\(directory)/\(ImageFile.tree)").count
        )
    }

    /// Takes a finished and synchronised disk into an image: the file first, then the manifest that tells of it.
    func adoptDisk(of key: String) throws {
        let path = path(key)
        let draft = diskDraft(key)
        guard let size = FileBytes.size(draft) else { throw HostError.system("find", draft, error: ENOENT) }
        guard rename(draft, "\(path)/\(ImageFile.disk)") == 0 else { throw HostError.system("rename", draft) }
        var manifest = try ImageManifest.read(path)
        manifest.files[ImageFile.disk] = size
        try manifest.write(to: path)
        try FileBytes.syncDirectory(path)
    }

    /// Runs `body`, which puts another image in the place of this one, while nobody uses this one.
    func replacing(_ key: String, _ body: () throws -> Void) throws {
        guard let use = try FileLock.attempt(.exclusive, at: useLock(key)) else {
            throw HostError(
                subject: "image \(key)",
                detail: "cannot be built again while another benchrun uses it",
                nextStep: "wait for it to end and try again"
            )
        }
        defer { use.release() }
        try body()
    }

    /// Deletes what unfinished builds of one image left; only for who holds its build lock.
    func sweep(_ key: String) throws {
        try StagedDirectory.sweep(path(key))
        for draft in [diskDraft(key), DiskImage.raw(of: diskDraft(key))] where unlink(draft) != 0 && errno != ENOENT {
            guard errno == ENOTDIR else { throw HostError.system("delete", draft) }
        }
    }

    func diskDraft(_ key: String) -> String { "\(path(key))/\(ImageFile.disk).building" }

    func entry(_ key: String) throws -> ImageEntry {
        let state = state(key)
        var entry = ImageEntry(
            key: key,
            manifest: nil,
            problem: nil,
            size: try DirectoryTree.measure(path(key)).bytes,
            lastUse: lastUse(key),
            hasDisk: state.hasDisk,
            isInUse: try isInUse(key)
        )
        switch state {
        case .complete(let manifest, _): entry.manifest = manifest
        case .damaged(let problem): entry.problem = problem
        case .missing: entry.problem = "was removed just now"
        }
        return entry
    }

    func remove(_ key: String) throws {
        guard try keys().contains(key) else {
            throw HostError(
                subject: "image \(key)",
                detail: "is not in the cache",
                nextStep: "run 'benchrun image list'"
            )
        }
        guard try removeUnused(key) else {
            let pid = FileLock.holder(of: buildLock(key)).map { kill($0, 0) == 0 ? " (pid \($0))" : "" } ?? ""
            throw HostError(
                subject: "image \(key)",
                detail: "is used or built by another benchrun\(pid)",
                nextStep: "wait for it to end and try again"
            )
        }
    }

    func prune(before limit: Date) throws -> [String] {
        var removed: [String] = []
        for key in try keys() where lastUse(key) <= limit {
            if try removeUnused(key) { removed.append("image \(key)") }
        }
        let leftovers = try Set(StagedDirectory.unfinished(in: directory).map(\.name))
        for name in leftovers.union(try keys()).sorted() {
            // Whoever builds it holds the lock, to the end however it ends.
            guard let lock = try FileLock.attempt(.exclusive, at: buildLock(name)) else { continue }
            defer { lock.release() }
            try sweep(name)
            if leftovers.contains(name) { removed.append("half-built image \(name)") }
        }
        return removed
    }

    /// - Returns: false when somebody builds or uses it.
    private func removeUnused(_ key: String) throws -> Bool {
        guard let build = try FileLock.attempt(.exclusive, at: buildLock(key)) else { return false }
        defer { build.release() }
        guard let use = try FileLock.attempt(.exclusive, at: useLock(key)) else { return false }
        defer { use.release() }
        try StagedDirectory.remove(path(key))
        return true
    }

    private func isInUse(_ key: String) throws -> Bool {
        guard let build = try FileLock.attempt(.shared, at: buildLock(key)) else { return true }
        defer { build.release() }
        guard let use = try FileLock.attempt(.exclusive, at: useLock(key)) else { return true }
        use.release()
        return false
    }

    private func lastUse(_ key: String) -> Date {
        let seconds = FileBytes.modified(useLock(key)) ?? FileBytes.modified(path(key)) ?? 0
        return Date(timeIntervalSince1970: Double(seconds))
    }
}
