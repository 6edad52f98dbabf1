import BenchrunModel
import Host

/// What a build begins with.
///
/// Docker's builder works in containers that have the image's labels. Podman's are not containers of podman's own and
/// have none; but they know the name of the image that they began with, so there it is one that names the run.
struct OperationBase: Sendable {
    let run: RunID
    let engine: EngineClient
    /// The image's tag.
    let tag: String

    private static let repository = "localhost/benchrun-operation-base"

    private var image: String { engine.dialect.imagePrefix + tag }

    /// What the Dockerfile's `FROM` says.
    var name: String { engine.dialect.hasDaemon ? image : Self.name(of: run) }

    private static func name(of run: RunID) -> String { "\(repository):\(run)" }

    /// Gives the image the name.
    func provide() async throws {
        if name != image { try await engine.check(["tag", image, name]) }
    }

    /// Takes the name away again.
    func remove() async throws {
        if name != image { try await engine.check(["untag", name, name]) }
    }

    /// Removes what a builder left that was killed, and the name.
    /// - Returns: a line for each container.
    static func removeOrphans(of run: RunID, _ engine: EngineClient) async throws -> [String] {
        guard !engine.dialect.hasDaemon else { return [] }
        let name = name(of: run)
        let found = try await engine.run(["image", "inspect", "--format", "{{.Id}}", name], step: "image")
        guard found.isSuccess else { return [] }
        let format = ["ps", "--all", "--external", "--no-trunc", "--format", "{{.ID}} {{.Image}}"]
        let lines = try await engine.check(format, within: EngineClient.question).split(separator: "\n")
        var removed: [String] = []
        for words in lines.map({ $0.split(separator: " ") }) where words.count == 2 && words[1] == name {
            try await engine.check(["rm", "--force", String(words[0])])
            removed.append("\(engine.dialect.name) builder \(words[0].prefix(12))")
        }
        try await engine.check(["untag", name, name])
        return removed
    }
}
