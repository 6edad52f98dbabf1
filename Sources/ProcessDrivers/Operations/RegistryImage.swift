import BenchrunModel
import Foundation

/// An image of one layer as a registry holds it: the blobs and the manifest that names them (OCI image specification).
struct RegistryImage: Sendable {
    /// The packed layer.
    let layer: [UInt8]
    /// The configuration.
    let configuration: [UInt8]
    /// The manifest.
    let manifest: [UInt8]

    /// What the manifest is.
    static let manifestType = "application/vnd.docker.distribution.manifest.v2+json"

    /// Names the bytes of a layer.
    /// - Parameters:
    ///   - layer: it, packed by gzip.
    ///   - digests: of the layer as it is, and packed.
    ///   - labels: what the configuration carries.
    init(layer: [UInt8], digests: (tar: String, packed: String), labels: [String: String]) {
        let configuration: [String: Any] = [
            "architecture": Self.architecture, "os": "linux", "created": "1970-01-01T00:00:00Z",
            "config": ["Labels": labels, "Cmd": ["/usr/bin/true"]],
            "rootfs": ["type": "layers", "diff_ids": [digests.tar]],
            "history": [["created": "1970-01-01T00:00:00Z", "created_by": "benchrun"]],
        ]
        self.configuration = Self.text(configuration)
        self.layer = layer
        manifest = Self.text([
            "schemaVersion": 2, "mediaType": Self.manifestType,
            "config": [
                "mediaType": "application/vnd.docker.container.image.v1+json", "size": self.configuration.count,
                "digest": Self.digest(of: self.configuration),
            ],
            "layers": [
                [
                    "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": layer.count,
                    "digest": digests.packed,
                ]
            ],
        ])
    }

    /// `sha256:` and hexadecimal digits.
    static func digest(of bytes: [UInt8]) -> String { "sha256:" + SHA256.hexDigest(of: bytes) }

    private static func text(_ document: [String: Any]) -> [UInt8] {
        let data = try? JSONSerialization.data(
            withJSONObject: document,
            options: [.sortedKeys, .withoutEscapingSlashes]
        )
        return data.map { Array($0) } ?? []
    }

    #if arch(arm64)
    private static let architecture = "arm64"
    #else
    private static let architecture = "amd64"
    #endif
}
