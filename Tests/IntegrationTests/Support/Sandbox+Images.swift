import BenchrunModel
import Foundation
import Host
import Testing

extension Sandbox {
    /// The image of the smoke suite, with all its forms.
    struct BuiltImage: Decodable {
        var archive: String
        var kernel: String?
        var initramfs: String?
        var disk: String?

        /// The unpacked tree.
        var tree: String { String(archive.dropLast("rootfs.tar".count)) + "rootfs" }
    }

    private struct Listed: Decodable {
        var key: String
        var recipe: String?
        var digest: String?
    }

    /// Builds the image of the smoke suite, or finds it.
    func smokeImage(containersOnly: Bool = false) async throws -> BuiltImage {
        let more = containersOnly ? ["--containers-only"] : []
        let result = try await Invocation.run(
            [Machine.benchrun, "image", "build", "--suite", "smoke", "--json", "--quiet"] + more,
            in: self
        )
        guard result.status == 0 else { throw Unexpected("an image, but: \(result.errors)") }
        return try JSONDecoder().decode(BuiltImage.self, from: Data(result.output.utf8))
    }

    /// Does something in a sandbox and removes the images that it imported into the shared cache, and podman's of them.
    static func withinAndImagesRemoved(_ body: (Sandbox) async throws -> Void) async throws {
        try await within { sandbox in
            do {
                try await body(sandbox)
            } catch {
                try? await sandbox.removeImported()
                throw error
            }
            try await sandbox.removeImported()
        }
    }

    private func removeImported() async throws {
        let list = try await Invocation.run([Machine.benchrun, "image", "list", "--json"], in: self)
        let decoder = JSONDecoder()
        for image in try decoder.decode([Listed].self, from: Data(list.output.utf8))
        where ["oci", "dir", "disk"].contains(image.recipe) {
            let removed = try await Invocation.run([Machine.benchrun, "image", "rm", image.key], in: self)
            #expect(removed.status == 0, "\(removed.errors)")
            let tag = ImageForms(digest: image.digest ?? "", archive: "", directory: "").tag
            _ = try await HostCommand(["podman", "rmi", "--force", "localhost/\(tag)"]).run()
        }
    }
}
