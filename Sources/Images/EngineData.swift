public import BenchrunModel
import Foundation
import Glibc
import Host

/// The data root of docker in a guest, with a root file system as its one image: a disk that each guest uses through an
/// overlay of its own.
///
/// It is laid out as docker's overlay2 store (moby, `layer/filestore.go`, `image/fs.go`, `reference/store.go`) instead of
/// being imported by the engine: under emulation that would take minutes. A guest's engine checks it by starting from it.
public struct EngineData: Sendable {
    /// The disk, qcow2 with one ext4 file system.
    public let disk: String
    private let use: FileLock

    private static let subject = "guest engine's data"
    private static let file = "data.qcow2"
    /// Room for containers' layers; the disk's file does not grow before it is used.
    private static let room = 1 << 30

    /// Gives the disk for an image, making it unless it is in the cache.
    public static func ensure(cache: String, image: ImageForms) async throws -> EngineData {
        let directory = GuestEngine.directory(cache)
        try await onOwnThread { try FileBytes.makeDirectories(directory) }
        let use = try await onOwnThread { try GuestEngine.hold(directory) }
        let store = Store(image: image)
        let destination = "\(directory)/data-\(store.digits.prefix(32))"
        let path = "\(destination)/\(file)"
        if FileBytes.size(path) != nil { return EngineData(disk: path, use: use) }
        let lock = try await FileLock.acquire("\(directory)/.build")
        defer { lock.release() }
        if FileBytes.size(path) != nil { return EngineData(disk: path, use: use) }
        try Tool.require(["mke2fs", "qemu-img", "cp"], for: subject)
        let staged = try await onOwnThread {
            try StagedDirectory.sweep(destination)
            return try StagedDirectory.begin(for: destination)
        }
        do {
            let tree = "\(staged.path)/tree"
            try await store.write(to: tree)
            try await makeDisk(of: tree, at: "\(staged.path)/\(file)", identity: DiskImage.identity(image.digest))
            try await onOwnThread { try DirectoryTree.remove(tree) }
            try await FileBytes.syncFileSystem(of: staged.path)
            try await onOwnThread { try staged.commit() }
        } catch {
            try? await onOwnThread { try staged.discard() }
            throw error
        }
        return EngineData(disk: path, use: use)
    }

    private static func makeDisk(of tree: String, at path: String, identity: String) async throws {
        let raw = DiskImage.raw(of: path)
        let measured = try await onOwnThread {
            let measured = try DirectoryTree.measure(tree)
            try FileBytes.create(raw)
            let size = DiskImage.size(of: measured.bytes, count: measured.count) + room
            guard truncate(raw, size) == 0 else { throw HostError.system("size", raw) }
            return measured
        }
        try await HostCommand(
            [
                "mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-m", "0", "-L", "benchrun-data", "-U", identity,
                "-N", "\(measured.count + 32768)", "-E", "lazy_itable_init=1,nodiscard,root_owner=0:0", "-d", tree, raw,
            ],
            environment: ["LC_ALL": "C"],
            timeLimit: .seconds(1800)
        ).check()
        try await HostCommand(
            ["qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, path],
            timeLimit: .seconds(1800)
        ).check()
        try await onOwnThread { guard unlink(raw) == 0 else { throw HostError.system("delete", raw) } }
    }
}

extension EngineData {
    /// Docker's store with one image of one layer.
    struct Store: Sendable {
        let image: ImageForms

        /// Digits of the image's digest, which is also that of its layer: the tar's.
        var digits: String { String(image.digest.split(separator: ":").last ?? "") }

        /// The image's configuration, in docker's form; its digest is the image's id.
        var configuration: String {
            let created = "2025-01-01T00:00:00Z"
            let history = #"[{"created":"\#(created)","comment":"benchrun"}]"#
            return #"{"architecture":"amd64","config":{},"created":"\#(created)","history":\#(history),"#
                + #""os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:\#(digits)"]}}"#
        }

        /// The image's id, without `sha256:`.
        var identifier: String { SHA256.hexDigest(of: Array(configuration.utf8)) }

        /// The name of the layer's directory.
        var layer: String { SHA256.hexDigest(of: Array("benchrun layer \(digits)".utf8)) }

        /// The layer's short name, which keeps the overlay's mount options short.
        var link: String { String(layer.prefix(26)).uppercased() }

        /// The files of the store but the layer itself, by path.
        func files(size: Int) -> [String: String] {
            let references = #"{"\#(image.tag)":"sha256:\#(identifier)"}"#
            let name = String(image.tag.prefix { $0 != ":" })
            return [
                "image/overlay2/imagedb/content/sha256/\(identifier)": configuration,
                "image/overlay2/layerdb/sha256/\(digits)/diff": "sha256:\(digits)",
                "image/overlay2/layerdb/sha256/\(digits)/cache-id": layer,
                "image/overlay2/layerdb/sha256/\(digits)/size": "\(size)",
                "image/overlay2/repositories.json": #"{"Repositories":{"\#(name)":\#(references)}}"#,
                "overlay2/\(layer)/link": link,
            ]
        }

        /// Writes all of it.
        func write(to tree: String) async throws {
            let size = try await onOwnThread { try DirectoryTree.measure(image.directory).bytes }
            try await onOwnThread {
                for (path, text) in files(size: size).sorted(by: { $0.key < $1.key }) {
                    let target = "\(tree)/\(path)"
                    try FileBytes.makeDirectories(String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)]))
                    try FileBytes.create(target, Array(text.utf8), mode: 0o600)
                }
                try FileBytes.makeDirectories("\(tree)/overlay2/l")
                let short = "\(tree)/overlay2/l/\(link)"
                guard symlink("../\(layer)/diff", short) == 0 else { throw HostError.system("link", short) }
            }
            try await HostCommand(
                ["cp", "--archive", "--reflink=auto", "--", image.directory, "\(tree)/overlay2/\(layer)/diff"],
                timeLimit: .seconds(1800)
            ).check()
        }
    }
}
