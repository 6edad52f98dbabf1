import BenchrunModel
import Foundation
import Host

/// The layer that operations move: the programs of the run's image, the same bytes for every engine.
///
/// Not the image itself: its layer is in the store already, and an engine fetches no layer that it has.
struct OperationPayload: Sendable {
    /// The layer, as it is in a root file system.
    let tar: String
    /// The same, packed once and for all, as a registry holds it.
    let packed: String
    /// A Dockerfile and the file that it copies.
    let buildContext: String
    /// The same as the client sends it.
    var buildTar: String { buildContext + ".tar" }
    /// SHA-256 of ``tar`` and of ``packed``, each with `sha256:` before it.
    private(set) var digests: (tar: String, packed: String) = ("", "")

    private static let patience = Duration.seconds(120)

    /// Makes the files below a directory.
    /// - Parameters:
    ///   - base: what the Dockerfile builds on.
    ///   - label: what everything that is made carries: `name=value`.
    static func provide(
        in directory: String,
        image: ImageForms,
        base: String,
        label: String,
        surroundings: any Surroundings
    ) async throws -> OperationPayload {
        var payload = OperationPayload(
            tar: directory + "/layer.tar",
            packed: directory + "/layer.tar.gz",
            buildContext: directory + "/build"
        )
        let manager = FileManager.default
        try manager.createDirectory(atPath: payload.buildContext, withIntermediateDirectories: true)
        let programs = manager.fileExists(atPath: image.directory + "/usr/bin") ? "usr/bin" : "."
        // Reproducible: names in order, no times or names of users.
        try await run(
            ["tar", "--create", "--file", payload.tar, "--directory", image.directory, "--sort=name", "--mtime=@0"]
                + ["--numeric-owner", "--owner=0", "--group=0", programs],
            surroundings
        )
        try await run(
            ["dd", "if=" + payload.tar, "of=" + payload.buildContext + "/file", "bs=1M", "count=16", "status=none"],
            surroundings
        )
        let text = """
            FROM \(base)
            LABEL \(label)
            COPY file /tmp/benchrun-file
            RUN ["true"]

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: payload.buildContext + "/Dockerfile"))
        try await run(
            ["tar", "--create", "--file", payload.buildTar, "--directory", payload.buildContext, "."],
            surroundings
        )
        try await run(["gzip", "-n", "-1", "--keep", "--force", payload.tar], surroundings)
        let said = try await run(["sha256sum", payload.tar, payload.packed], surroundings)
        let digests = said.split(separator: "\n").map { "sha256:" + $0.drop { $0 == "\\" }.prefix { $0.isHexDigit } }
        guard digests.count == 2, digests.allSatisfy({ $0.utf8.count == 71 }) else {
            throw DriverError(subject: "operations/sha256sum", detail: "gave no digests")
        }
        payload.digests = (digests[0], digests[1])
        return payload
    }

    @discardableResult
    private static func run(_ command: [String], _ surroundings: any Surroundings) async throws -> String {
        let result = try await surroundings.run(HostCommand(command, timeLimit: patience))
        guard result.isSuccess else {
            throw DriverError(
                subject: "operations/\(command[0])",
                detail: TextFile.trimmed(result.errorOutput),
                nextStep: "free space on the scratch file system, or choose another with --scratch"
            )
        }
        return result.output
    }
}
