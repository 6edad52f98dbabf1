import Glibc
import Host

/// What `docker save` writes, unpacked: `manifest.json`, configurations and layers; or an OCI layout.
struct SavedImages: Sendable {
    let directory: String
    let architecture: String

    /// The only image in it.
    func image() throws -> LayeredImage {
        guard FileBytes.size("\(directory)/manifest.json") != nil else {
            guard FileBytes.size("\(directory)/index.json") != nil else {
                throw HostError(
                    subject: "images",
                    detail: "the archive has neither manifest.json nor index.json",
                    nextStep: "give what 'docker save' or 'podman save' writes; a root file system is tar:FILE"
                )
            }
            return try OCILayout(directory: directory, architecture: architecture).image(tag: nil)
        }
        let saved = try OCI.read([OCI.SavedImage].self, at: "\(directory)/manifest.json", called: "manifest.json")
        guard let image = saved.first, saved.count == 1 else {
            let tags = saved.flatMap { $0.tags ?? [] }.joined(separator: ", ")
            throw HostError(
                subject: "images",
                detail: "the archive holds \(saved.count) images: \(tags)",
                nextStep: "save one image alone"
            )
        }
        return try LayeredImage(
            configuration: try OCI.bytes(try file(image.config), called: "configuration"),
            layers: try image.layers.map { (try file($0), nil) }
        )
    }

    /// A file in the archive. Layers may be links to one another, never to anything outside.
    private func file(_ name: String) throws -> String {
        guard let path = realpath("\(directory)/\(name)", nil) else {
            throw OCI.failure("part '\(name)'", "is missing")
        }
        defer { free(path) }
        let found = String(cString: path)
        guard found.hasPrefix(ImageSource.resolved(directory) + "/"), FileBytes.size(found) != nil else {
            throw OCI.failure("part '\(name)'", "is not in the archive")
        }
        return found
    }
}
