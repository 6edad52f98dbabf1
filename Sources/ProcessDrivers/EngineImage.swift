import BenchrunModel
import Foundation
import Host

/// A root file system as an engine's image, kept in its store between runs and found by its digest.
struct EngineImage: Sendable {
    private let image: ImageForms
    private let client: EngineClient

    /// How long an import may take.
    private static let patience = Duration.seconds(900)

    /// The image of a root file system in an engine's store, which may not hold it yet.
    init(_ image: ImageForms, client: EngineClient) {
        self.image = image
        self.client = client
    }

    /// The name it is imported under.
    var reference: String { client.dialect.imagePrefix + image.tag }

    /// Imports it unless the engine has it. An import that fails or is cancelled leaves nothing in the store.
    /// - Parameter cache: a directory with space for a copy of the archive.
    func provide(cache: String) async throws {
        guard try await !isThere() else { return }
        let directory = "\(cache)/\(client.dialect.name)-import"
        let arguments = [
            "import", "--change", "LABEL \(EngineLabel.image)=\(image.digest)", image.archive, reference,
        ]
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            // Podman copies the archive there first, and leaves the copy behind when it is killed.
            try await client.check(arguments, within: Self.patience, environment: ["TMPDIR": directory])
            try? FileManager.default.removeItem(atPath: directory)
        } catch {
            await Task {
                try? FileManager.default.removeItem(atPath: directory)
                // What has our label and no name.
                let unnamed = ["image", "prune", "--force", "--filter", "label=\(EngineLabel.image)=\(image.digest)"]
                _ = try? await client.run(unnamed)
            }.value
            throw error
        }
    }

    private func isThere() async throws -> Bool {
        let labels = try await client.run(
            ["image", "inspect", "--format", "{{json .Config.Labels}}", reference],
            step: "image",
            within: EngineClient.action
        )
        guard labels.isSuccess else {
            // Missing, or nobody answers.
            try client.requireDaemon("image")
            return false
        }
        // `null` where an image of that name has no labels.
        let read = try? JSONDecoder().decode([String: String].self, from: Data(labels.output.utf8))
        return read?[EngineLabel.image] == image.digest
    }
}
