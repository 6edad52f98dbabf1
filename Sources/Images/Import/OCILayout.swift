import BenchrunModel
import Host

/// An OCI image layout: a directory with `index.json` and `blobs/sha256/`.
struct OCILayout: Sendable {
    let directory: String
    /// Debian's name of the host's architecture, which OCI shares.
    let architecture: String

    /// How deep lists of images may hold others.
    private static let depth = 4

    /// The image of a tag, or the only one.
    /// - Throws: `HostError` that lists the tags where the choice is open.
    func image(tag: String?) throws -> LayeredImage {
        let index = try OCI.read(OCI.Index.self, at: "\(directory)/index.json", called: "index.json")
        let descriptor = try choose(from: index.manifests, tag: tag)
        let manifest = try OCI.decode(
            OCI.Manifest.self,
            from: try document(try single(descriptor, depth: Self.depth), "manifest"),
            called: "manifest"
        )
        return try LayeredImage(
            configuration: try document(manifest.config, "configuration"),
            layers: try manifest.layers.map { layer in
                let digest = try LayeredImage.hexadecimal(layer.digest)
                return (try blob(layer, "layer"), digest)
            }
        )
    }

    private func choose(from images: [OCI.Descriptor], tag: String?) throws -> OCI.Descriptor {
        let tags = images.compactMap(\.tag)
        if let tag {
            // Engines write the whole reference or its last part.
            let found = images.filter { $0.tag == tag || $0.tag?.hasSuffix(":\(tag)") == true }
            if let image = found.first, found.count == 1 { return image }
            throw HostError(
                subject: "images",
                detail: "the OCI layout has \(found.isEmpty ? "no image" : "several images") tagged '\(tag)'",
                nextStep: tags.isEmpty ? "leave the tag out" : "name one of \(tags.joined(separator: ", "))"
            )
        }
        guard let image = images.first else { throw OCI.failure("index.json", "names no image") }
        if images.count == 1 { return image }
        // Without tags they may be one image for several platforms.
        let own = images.filter { $0.platform?.architecture == architecture && $0.platform?.os ?? "linux" == "linux" }
        if let image = own.first, own.count == 1 { return image }
        throw HostError(
            subject: "images",
            detail: "the OCI layout holds \(images.count) images",
            nextStep: "name one as oci:DIR:TAG"
                + (tags.isEmpty ? "" : ", with one of the tags \(tags.joined(separator: ", "))")
        )
    }

    /// One image of a list for several platforms.
    private func single(_ descriptor: OCI.Descriptor, depth: Int) throws -> OCI.Descriptor {
        guard descriptor.isIndex else { return descriptor }
        guard depth > 0 else { throw OCI.failure("index", "holds itself") }
        let index = try OCI.decode(OCI.Index.self, from: try document(descriptor, "index"), called: "index")
        let own = index.manifests.filter { manifest in
            guard let platform = manifest.platform else { return index.manifests.count == 1 }
            return platform.architecture == architecture && platform.os ?? "linux" == "linux"
        }
        guard let found = own.first else {
            throw OCI.failure("index", "has none for linux/\(architecture)")
        }
        return try single(found, depth: depth - 1)
    }

    /// A document, whose digest is checked.
    private func document(_ descriptor: OCI.Descriptor, _ name: String) throws -> [UInt8] {
        let bytes = try OCI.bytes(try blob(descriptor, name), called: name)
        let actual = SHA256.hexDigest(of: bytes)
        guard actual == (try LayeredImage.hexadecimal(descriptor.digest)) else {
            throw OCI.failure(name, "is damaged: its digest is sha256:\(actual) instead of \(descriptor.digest)")
        }
        return bytes
    }

    /// The file of a digest: a regular one of the size that is told.
    private func blob(_ descriptor: OCI.Descriptor, _ name: String) throws -> String {
        let path = "\(directory)/blobs/sha256/\(try LayeredImage.hexadecimal(descriptor.digest))"
        guard let size = FileBytes.size(path) else { throw OCI.failure(name, "\(descriptor.digest) is missing") }
        if let expected = descriptor.size, expected != size {
            throw OCI.failure(name, "has \(size) bytes instead of \(expected)")
        }
        return path
    }
}
