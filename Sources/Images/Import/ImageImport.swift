import BenchrunModel
import Foundation
import Glibc
import Host

/// Makes an image from one source: the tree in a staged directory, then the archive, then the place in the cache.
struct ImageImport: Sendable {
    let layout: ImageCache
    let source: ImageSource
    /// The source as the user named it, for the record.
    let text: String
    let engines: EngineStore
    let progress: ProgressReporter

    /// Raised when the way of importing changes, so that older images are not taken for newer ones.
    private static let formatVersion = 1
    /// What begins the name of a directory of an import whose key is not known yet.
    private static let prefix = "import-"

    /// The key of what a source's identity gives.
    static func key(of identity: String) -> String {
        let parts = ["benchrun-import-\(formatVersion)", identity]
        return String(SHA256.hexDigest(of: parts.flatMap { Array("\($0.utf8.count):\($0)\n".utf8) }).prefix(32))
    }

    /// Imports it unless its image is there.
    /// - Returns: the image's key.
    func run() async throws -> String {
        guard geteuid() == 0 else {
            throw HostError(
                subject: "images",
                detail: "importing needs root: a root file system has files of many owners",
                nextStep: "run 'sudo benchrun image import' once with the same XDG_CACHE_HOME; using it does not"
            )
        }
        try Tool.require(["tar", "sha256sum", "unshare", "setpriv", "cp"], for: "images")
        let identity = try await identity()
        if let identity, try await isThere(Self.key(of: identity)) { return Self.key(of: identity) }
        try await onOwnThread { try prepare() }
        let name = Self.prefix + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let lock = try await FileLock.acquire(layout.buildLock(name))
        defer {
            unlink(layout.buildLock(name))
            lock.release()
        }
        let staged = try await onOwnThread { try StagedDirectory.begin(for: layout.path(name)) }
        do {
            return try await make(in: staged.path, identity)
        } catch {
            // On its own thread it also runs when the task was cancelled. The first error says more than a second.
            try? await onOwnThread { try staged.discard() }
            throw error
        }
    }

    /// What identifies the source's content, where that is known before the work.
    private func identity() async throws -> String? {
        switch source {
        case .tar(let path), .disk(let path), .archive(let path):
            progress.report(.digesting)
            return "file:" + (try await FileDigest.sha256(path))
        case .layout(let path, let tag):
            let own = try await DebianArchitecture.own()
            return try await onOwnThread {
                try OCILayout(directory: path, architecture: own).image(tag: tag).identity
            }
        default: return nil
        }
    }

    private func isThere(_ key: String) async throws -> Bool {
        try await onOwnThread { layout.state(key).isComplete }
    }

    /// Makes the directory of images, and deletes what killed imports left.
    private func prepare() throws {
        try layout.prepare()
        for (name, _) in try StagedDirectory.unfinished(in: layout.directory) where name.hasPrefix(Self.prefix) {
            guard let lock = try FileLock.attempt(.exclusive, at: layout.buildLock(name)) else { continue }
            defer {
                unlink(layout.buildLock(name))
                lock.release()
            }
            try layout.sweep(name)
        }
    }

    private func make(in directory: String, _ identity: String?) async throws -> String {
        let begin = ContinuousClock.now
        let tree = "\(directory)/\(ImageFile.tree)"
        let work = "\(directory)/work"
        try await onOwnThread { try FileBytes.makeDirectories(work) }
        let unpacked = try await progress.during(.unpackingSource) { try await unpack(to: tree, work, directory) }
        try await progress.during(.finishing) {
            try await onOwnThread {
                try DirectoryTree.remove(work)
                try ImportedTree(tree: tree, epoch: DebianRoot.epoch).finish()
            }
        }
        let archive = "\(directory)/\(ImageFile.archive)"
        try await progress.during(.archiving) {
            _ = try await HostCommand(
                DebianRoot.packing(tree, into: archive),
                environment: ["LC_ALL": "C"],
                timeLimit: .seconds(1800)
            ).check()
        }
        let digest = try await progress.during(.digesting) { try await FileDigest.sha256(archive) }
        try Task.checkCancellation()
        var origin = ImageOrigin(
            kind: source.kind,
            source: text,
            identity: identity ?? unpacked.identity ?? "tree:\(digest)"
        )
        origin.configuration = unpacked.configuration
        origin.firmware = unpacked.firmware
        let own = try await DebianArchitecture.own()
        if let other = unpacked.architecture, other != own {
            throw HostError(
                subject: "images",
                detail: "\(text) is for \(other), and this host is \(own)",
                nextStep: "import one for \(own)"
            )
        }
        let (record, seconds) = (origin, (ContinuousClock.now - begin) / .seconds(1))
        try await onOwnThread {
            let manifest = try layout.manifest(
                of: directory,
                importedFrom: record,
                architecture: own,
                digest: "sha256:\(digest)",
                seconds: seconds
            )
            try manifest.write(to: directory)
        }
        try await progress.during(.syncing) { try await FileBytes.syncFileSystem(of: directory) }
        let key = Self.key(of: record.identity)
        try await commit(directory, as: key)
        return key
    }

    /// Gives the finished directory the key's name, unless another has been quicker.
    private func commit(_ directory: String, as key: String) async throws {
        let lock = try await FileLock.acquire(layout.buildLock(key)) { progress.report(.waiting($0)) }
        defer { lock.release() }
        try await onOwnThread {
            let staged = StagedDirectory(destination: layout.path(key), path: directory)
            if layout.state(key).isComplete { return try staged.discard() }
            try layout.replacing(key) { try staged.commit() }
        }
    }

    // MARK: - Sources

    /// What a source told about the tree.
    private struct Unpacked: Sendable {
        var identity: String?
        var configuration: ContainerConfiguration?
        var architecture: String?
        var firmware: String?
    }

    private func unpack(to tree: String, _ work: String, _ directory: String) async throws -> Unpacked {
        let archive = "\(work)/saved.tar"
        switch source {
        case .engine(let engine, let reference):
            try await engines.save(reference, of: engine, to: archive)
        case .registry(let reference):
            try await engines.pull(reference, to: archive, work: work)
        case .dockerfile(let path):
            try await engines.build(path, to: archive, work: work)
        case .archive(let path):
            return try await saved(path, to: tree, work)
        case .layout(let path, let tag):
            let layout = OCILayout(directory: path, architecture: try await DebianArchitecture.own())
            let image = try await onOwnThread { try layout.image(tag: tag) }
            return try await layered(image, to: tree, work)
        case .tar(let path):
            try await unpackTar(path, to: tree, work)
            return Unpacked()
        case .directory(let path):
            try await onOwnThread { try FileBytes.makeDirectories(tree) }
            try await HostCommand(
                ["cp", "--archive", "--one-file-system", "--", "\(path)/.", tree],
                timeLimit: .seconds(1800)
            ).check()
            return Unpacked()
        case .disk(let path):
            let disk = GuestDisk(path: path, work: work)
            let result = try await disk.unpack(to: tree, boot: "\(directory)/\(ImageFile.bootDisk)")
            return Unpacked(firmware: result.firmware)
        case .imported(let name):
            throw HostError(
                subject: "image \(name)",
                detail: "is not in the cache any more",
                nextStep: "import it again with 'benchrun image import \(name) SOURCE'"
            )
        }
        return try await saved(archive, to: tree, work)
    }

    private func saved(_ archive: String, to tree: String, _ work: String) async throws -> Unpacked {
        guard try await onOwnThread({ try SourceGuess.magic(of: archive) }) == .tar else {
            throw HostError(
                subject: "images",
                detail: "\(archive.split(separator: "/").last ?? "the archive") is not a tar",
                nextStep: "give what 'docker save' or 'podman save' writes"
            )
        }
        try await Unpacking.extract(archive, to: "\(work)/saved")
        let images = SavedImages(directory: "\(work)/saved", architecture: try await DebianArchitecture.own())
        let image = try await onOwnThread { try images.image() }
        return try await layered(image, to: tree, work)
    }

    private func layered(_ image: LayeredImage, to tree: String, _ work: String) async throws -> Unpacked {
        try await image.unpack(to: tree, work: work)
        return Unpacked(
            identity: image.identity,
            configuration: image.configuration,
            architecture: image.architecture
        )
    }

    private func unpackTar(_ path: String, to tree: String, _ work: String) async throws {
        guard let program = Unpacking.decompressor(try await onOwnThread({ try SourceGuess.magic(of: path) })) else {
            return try await Unpacking.extract(path, to: tree)
        }
        let plain = "\(work)/root.tar"
        try await Unpacking.decompress(path, with: program, to: plain)
        try await Unpacking.extract(plain, to: tree)
    }
}
