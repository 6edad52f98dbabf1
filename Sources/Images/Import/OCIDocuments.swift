import Foundation
import Host

/// The JSON documents of a container image (OCI image specification), as far as they are needed.
enum OCI {
    /// What a document says of another one or of a layer.
    struct Descriptor: Decodable {
        var mediaType: String?
        var digest: String
        var size: Int?
        var platform: Platform?
        var annotations: [String: String]?

        /// Whether it is of a list of images and not of one.
        var isIndex: Bool {
            ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"]
                .contains(mediaType ?? "")
        }

        /// The name that whoever made the layout gave it.
        var tag: String? { annotations?["org.opencontainers.image.ref.name"] }
    }

    struct Platform: Decodable {
        var architecture: String?
        var os: String?
    }

    /// `index.json`, or a list of images for several platforms.
    struct Index: Decodable {
        var manifests: [Descriptor]
    }

    /// One image.
    struct Manifest: Decodable {
        var config: Descriptor
        var layers: [Descriptor]
    }

    /// What the image is, and how it is meant to be run.
    struct Configuration: Decodable {
        var architecture: String?
        var os: String?
        var config: ContainerConfiguration?
        var rootfs: Layers

        struct Layers: Decodable {
            var diffIDs: [String]

            enum CodingKeys: String, CodingKey {
                case diffIDs = "diff_ids"
            }
        }
    }

    /// `manifest.json` of what `docker save` writes.
    struct SavedImage: Decodable {
        var config: String
        var tags: [String]?
        var layers: [String]

        enum CodingKeys: String, CodingKey {
            case config = "Config"
            case tags = "RepoTags"
            case layers = "Layers"
        }
    }

    /// The most that is read of a document.
    private static let limit = 8 << 20

    /// Reads a document.
    /// - Throws: `HostError` that names the file and what it was to be.
    static func read<Document: Decodable>(_ type: Document.Type, at path: String, called name: String) throws
        -> Document
    {
        try decode(type, from: try bytes(path, called: name), called: name)
    }

    static func bytes(_ path: String, called name: String) throws -> [UInt8] {
        guard let size = FileBytes.size(path) else { throw failure(name, "is missing") }
        guard size <= limit else { throw failure(name, "has \(size) bytes") }
        return try FileBytes.read(path)
    }

    static func decode<Document: Decodable>(
        _ type: Document.Type,
        from bytes: [UInt8],
        called name: String
    ) throws -> Document {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw failure(name, "is not what it is to be")
        }
    }

    static func failure(_ name: String, _ detail: String) -> HostError {
        HostError(subject: "images", detail: "the image's \(name) \(detail)", nextStep: "make the image again")
    }
}
