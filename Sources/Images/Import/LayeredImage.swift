import BenchrunModel
import Glibc
import Host

/// A container image as files: its layers, lowest first, and its configuration.
struct LayeredImage: Sendable {
    /// One layer.
    struct Layer: Sendable, Equatable {
        /// A tar, which may be compressed.
        var path: String
        /// SHA-256 of the file as it is, in hexadecimal; nil where nothing says it.
        var digest: String?
        /// SHA-256 of the tar when it is not compressed.
        var plainDigest: String
    }

    var layers: [Layer]
    var configuration: ContainerConfiguration?
    var architecture: String?
    /// SHA-256 of the configuration, which names all layers: what engines call the image's id.
    var id: String

    /// What stays the same for the same image, wherever it is.
    var identity: String { "image:\(id)" }

    /// An image from its configuration and the files of its layers.
    init(configuration bytes: [UInt8], layers: [(path: String, digest: String?)]) throws {
        let document = try OCI.decode(OCI.Configuration.self, from: bytes, called: "configuration")
        guard document.rootfs.diffIDs.count == layers.count, !layers.isEmpty else {
            throw OCI.failure(
                "configuration",
                "names \(document.rootfs.diffIDs.count) layers, but there are \(layers.count)"
            )
        }
        if let system = document.os, system != "linux" {
            throw OCI.failure("configuration", "is for \(system)")
        }
        self.layers = try zip(layers, document.rootfs.diffIDs).map { layer, identity in
            Layer(path: layer.path, digest: layer.digest, plainDigest: try Self.hexadecimal(identity))
        }
        configuration = document.config
        architecture = document.architecture
        id = SHA256.hexDigest(of: bytes)
    }

    /// Makes the tree of the image.
    /// - Parameters:
    ///   - tree: the directory that is made.
    ///   - work: a directory on the same file system for what is between; what is left in it is the caller's to delete.
    func unpack(to tree: String, work: String) async throws {
        try await onOwnThread { try FileBytes.makeDirectories(tree) }
        for (index, layer) in layers.enumerated() {
            try Task.checkCancellation()
            let subject = "layer \(index + 1) of \(layers.count)"
            if let digest = layer.digest { try await Self.verify(layer.path, digest, subject) }
            let (plain, isOwn) = try await Self.plain(layer.path, in: work, named: "layer-\(index).tar")
            try await Self.verify(plain, layer.plainDigest, subject)
            let directory = "\(work)/layer-\(index)"
            try await Unpacking.extract(plain, to: directory)
            try await onOwnThread {
                if isOwn { unlink(plain) }
                try LayerMerge.apply(directory, onto: tree)
                try DirectoryTree.remove(directory)
            }
        }
    }

    /// The layer not compressed: itself, or a file in `work`.
    private static func plain(
        _ path: String,
        in work: String,
        named name: String
    ) async throws -> (path: String, isOwn: Bool) {
        guard let program = Unpacking.decompressor(try SourceGuess.magic(of: path)) else { return (path, false) }
        let target = "\(work)/\(name)"
        try await Unpacking.decompress(path, with: program, to: target)
        return (target, true)
    }

    private static func verify(_ path: String, _ digest: String, _ subject: String) async throws {
        let actual = try await FileDigest.sha256(path)
        guard actual == digest else {
            throw HostError(
                subject: "images",
                detail: "\(subject) is damaged: its digest is sha256:\(actual) instead of sha256:\(digest)",
                nextStep: "make or pull the image again"
            )
        }
    }

    /// The digits of `sha256:DIGITS`; nothing else is ever made part of a path.
    static func hexadecimal(_ digest: String) throws -> String {
        let digits = digest.hasPrefix("sha256:") ? digest.dropFirst("sha256:".count) : ""
        guard digits.utf8.count == 64, digits.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
            throw OCI.failure("digest '\(digest.prefix(100))'", "is not sha256: and 64 hexadecimal digits")
        }
        return String(digits)
    }
}
