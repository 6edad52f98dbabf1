import BenchrunModel
import Foundation
import Glibc
import Host
import Testing

@testable import Images

/// Writes OCI layouts and saved images.
struct LayoutFixture {
    let directory: String

    @discardableResult
    func blob(_ bytes: [UInt8]) throws -> String {
        let digest = SHA256.hexDigest(of: bytes)
        try FileBytes.makeDirectories("\(directory)/blobs/sha256")
        try FileBytes.replace("\(directory)/blobs/sha256/\(digest)", bytes)
        return digest
    }

    func blob(_ text: String) throws -> String { try blob(Array(text.utf8)) }

    static func configuration(_ layers: [[UInt8]], architecture: String = "amd64") -> String {
        let identities = layers.map { "\"sha256:\(SHA256.hexDigest(of: $0))\"" }.joined(separator: ",")
        return """
            {"architecture":"\(architecture)","os":"linux","config":{"Env":["PATH=/opt/bin","BAD"],"WorkingDir":"/srv",
            "Entrypoint":["/init"],"Cmd":["serve"],"User":"app"},"rootfs":{"type":"layers","diff_ids":[\(identities)]}}
            """
    }

    /// An image's manifest; returns its descriptor as JSON.
    func image(_ layers: [[UInt8]], tag: String?, architecture: String = "amd64") throws -> String {
        let configuration = Self.configuration(layers, architecture: architecture)
        let parts = try layers.map { "{\"digest\":\"sha256:\(try blob($0))\",\"size\":\($0.count)}" }
        let manifest =
            "{\"config\":{\"digest\":\"sha256:\(try blob(configuration))\"},\"layers\":[\(parts.joined(separator: ","))]}"
        let name = tag.map { ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"\($0)\"}" } ?? ""
        return
            "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:\(try blob(manifest))\","
            + "\"size\":\(manifest.utf8.count),\"platform\":{\"architecture\":\"\(architecture)\",\"os\":\"linux\"}\(name)}"
    }

    func index(_ images: [String]) throws {
        try FileBytes.replace(
            "\(directory)/index.json",
            Array("{\"manifests\":[\(images.joined(separator: ","))]}".utf8)
        )
        try FileBytes.replace("\(directory)/oci-layout", Array("{\"imageLayoutVersion\":\"1.0.0\"}".utf8))
    }

    var layout: OCILayout { OCILayout(directory: directory, architecture: "amd64") }

    static let lower = tar {
        $0.directory("./")
        $0.directory("./etc")
        $0.file("./etc/release", "1")
        $0.file("./etc/old", "x")
    }
    static let upper = tar {
        $0.file("etc/release", "2")
        $0.file("etc/.wh.old")
        $0.hardLink("etc/same", to: "etc/release")
    }
}

@Suite("OCI layouts and saved images")
struct OCILayoutTests {
    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test("An image of two layers becomes a tree; configuration and identity are read")
    func unpacked() async throws {
        try await withTemporaryDirectory { directory in
            let fixture = LayoutFixture(directory: "\(directory)/layout")
            try fixture.index([try fixture.image([LayoutFixture.lower, LayoutFixture.upper], tag: "one")])
            let image = try fixture.layout.image(tag: nil)
            #expect(image.configuration?.workingDirectory == "/srv" && image.configuration?.user == "app")
            #expect(image.configuration?.entrypoint == ["/init"] && image.configuration?.command == ["serve"])
            #expect(image.configuration?.usableEnvironment == ["PATH=/opt/bin"])
            #expect(try fixture.layout.image(tag: "one").identity == image.identity)
            let tree = "\(directory)/tree"
            try FileBytes.makeDirectories("\(directory)/work")
            try await image.unpack(to: tree, work: "\(directory)/work")
            #expect(try String(contentsOfFile: "\(tree)/etc/release", encoding: .utf8) == "2")
            #expect(FileBytes.size("\(tree)/etc/old") == nil && FileBytes.size("\(tree)/etc/same") == 1)
            #expect(try DirectoryTree.measure("\(directory)/work").count == 0)
        }
    }

    @Test("Layers compressed by each program are unpacked", arguments: ["gzip", "zstd"])
    func compressed(_ program: String) async throws {
        guard Tool.path(of: program) != nil else { return }
        try await withTemporaryDirectory { directory in
            let fixture = LayoutFixture(directory: "\(directory)/layout")
            try write("", to: "\(directory)/layer.tar")
            try FileBytes.replace("\(directory)/layer.tar", LayoutFixture.lower)
            try await HostCommand([program, "-q", "\(directory)/layer.tar"]).check()
            let suffix = program == "gzip" ? "gz" : "zst"
            let packed = try FileBytes.read("\(directory)/layer.tar.\(suffix)")
            let configuration = LayoutFixture.configuration([LayoutFixture.lower])
            try fixture.blob(packed)
            let image = try LayeredImage(
                configuration: Array(configuration.utf8),
                layers: [
                    (
                        path: "\(fixture.directory)/blobs/sha256/\(SHA256.hexDigest(of: packed))",
                        digest: SHA256.hexDigest(of: packed)
                    )
                ]
            )
            try FileBytes.makeDirectories("\(directory)/work")
            try await image.unpack(to: "\(directory)/tree", work: "\(directory)/work")
            #expect(FileBytes.size("\(directory)/tree/etc/release") == 1)
        }
    }

    @Test("Of several images the tag decides, and a missing one is told with those there are")
    func tags() async throws {
        try await withTemporaryDirectory { directory in
            let fixture = LayoutFixture(directory: directory)
            let one = try fixture.image([LayoutFixture.lower], tag: "one")
            let two = try fixture.image([LayoutFixture.upper], tag: "example.test/two:2")
            try fixture.index([one, two])
            #expect(try fixture.layout.image(tag: "one").id != fixture.layout.image(tag: "2").id)
            #expect(message { _ = try fixture.layout.image(tag: "three") }.contains("one, example.test/two:2"))
            #expect(message { _ = try fixture.layout.image(tag: nil) }.contains("holds 2 images"))
        }
    }

    @Test("Of a list for several platforms the host's is taken")
    func platforms() async throws {
        try await withTemporaryDirectory { directory in
            let fixture = LayoutFixture(directory: directory)
            let own = try fixture.image([LayoutFixture.lower], tag: nil)
            let other = try fixture.image([LayoutFixture.upper], tag: nil, architecture: "arm64")
            let list = try fixture.blob("{\"manifests\":[\(other),\(own)]}")
            try fixture.index([
                "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"digest\":\"sha256:\(list)\"}"
            ])
            #expect(try fixture.layout.image(tag: nil).architecture == "amd64")
            let foreign = OCILayout(directory: directory, architecture: "riscv64")
            #expect(message { _ = try foreign.image(tag: nil) }.contains("none for linux/riscv64"))
        }
    }

    @Test("Digests that do not fit, blobs that are missing and paths in place of digests are refused")
    func hostile() async throws {
        try await withTemporaryDirectory { directory in
            let fixture = LayoutFixture(directory: "\(directory)/layout")
            let layer = LayoutFixture.lower
            try fixture.index([try fixture.image([layer], tag: nil)])
            let path = "\(fixture.directory)/blobs/sha256/\(SHA256.hexDigest(of: layer))"
            try FileBytes.makeDirectories("\(directory)/work")
            // Same size, another byte: seen when it is unpacked.
            try FileBytes.replace(path, [layer[0] ^ 1] + layer.dropFirst())
            let image = try fixture.layout.image(tag: nil)
            await #expect(
                performing: {
                    try await image.unpack(to: "\(directory)/tree", work: "\(directory)/work")
                },
                throws: { "\($0)".contains("layer 1 of 1 is damaged") }
            )
            try FileBytes.replace(path, [])
            #expect(message { _ = try fixture.layout.image(tag: nil) }.contains("has 0 bytes instead of"))
            unlink(path)
            #expect(message { _ = try fixture.layout.image(tag: nil) }.contains("is missing"))
            symlink("/etc/passwd", path)
            #expect(message { _ = try fixture.layout.image(tag: nil) }.contains("is missing"))
            try fixture.index(["{\"digest\":\"sha256:../../../../etc/passwd\"}"])
            #expect(message { _ = try fixture.layout.image(tag: nil) }.contains("64 hexadecimal digits"))
            try FileBytes.replace("\(fixture.directory)/index.json", Array("{".utf8))
            #expect(message { _ = try fixture.layout.image(tag: nil) }.contains("index.json"))
        }
    }

    @Test("What docker save writes is read; a link out of it is refused")
    func saved() async throws {
        try await withTemporaryDirectory { directory in
            let fixture = LayoutFixture(directory: directory)
            let images = SavedImages(directory: directory, architecture: "amd64")
            try FileBytes.replace("\(directory)/c.json", Array(LayoutFixture.configuration([LayoutFixture.lower]).utf8))
            try FileBytes.replace("\(directory)/layer.tar", LayoutFixture.lower)
            func manifest(_ layer: String) throws {
                let text = "[{\"Config\":\"c.json\",\"RepoTags\":[\"x:1\"],\"Layers\":[\"\(layer)\"]}]"
                try FileBytes.replace("\(directory)/manifest.json", Array(text.utf8))
            }
            try manifest("layer.tar")
            #expect(try images.image().layers.map(\.plainDigest) == [SHA256.hexDigest(of: LayoutFixture.lower)])
            symlink("/etc/passwd", "\(directory)/evil.tar")
            for name in ["evil.tar", "../../../../../../etc/passwd", "absent.tar"] {
                try manifest(name)
                #expect(message { _ = try images.image() }.contains("part '\(name)'"))
            }
            unlink("\(directory)/manifest.json")
            #expect(message { _ = try images.image() }.contains("neither manifest.json nor index.json"))
            try fixture.index([try fixture.image([LayoutFixture.lower], tag: "x")])
            #expect(try images.image().layers.count == 1)
        }
    }
}
