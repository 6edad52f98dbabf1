import Glibc

/// The folder of one run: `results/<run-id>/`. Methods block; see ``FileQueue``.
public struct RunFolder: Sendable, Equatable {
    /// Path of the folder.
    public let path: String

    /// Names a folder, which need not exist.
    public init(path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// The manifest, `run.json`.
    public var manifest: String { "\(path)/run.json" }
    /// The samples.
    public var samples: String { "\(path)/samples.csv" }
    /// Counters of each cell.
    public var telemetry: String { "\(path)/telemetry.csv" }
    /// The log, one JSON object a line.
    public var log: String { "\(path)/log.ndjson" }
    /// Where the output of failed samples is kept.
    public var outputs: String { "\(path)/outputs" }

    /// Whether a run is there.
    public var exists: Bool { Self.isFile(manifest) }

    /// Whether telemetry was recorded; earlier versions did not.
    public var hasTelemetry: Bool { Self.isFile(telemetry) }

    /// Whether something has this path.
    static func isFile(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes the folder and those above it.
    public func create() throws(ResultsError) {
        try Self.makeDirectory(path)
    }

    /// Reads and checks the manifest.
    /// - Throws: ``ResultsError`` where it is missing, malformed or of a later version.
    public func loadManifest() throws(ResultsError) -> RunManifest {
        let bytes = try FileDescriptor.contents(of: manifest, nextStep: "list the runs with 'benchrun list runs'")
        let version = try RunJSON.decode(Version.self, from: bytes, path: manifest)
        guard version.schema <= RunManifest.currentSchema else {
            throw ResultsError(
                subject: manifest,
                detail: "schema \(version.schema) is later than \(RunManifest.currentSchema), the last one known here",
                nextStep: "use the benchrun that made it, or a later one"
            )
        }
        return try RunJSON.decode(RunManifest.self, from: bytes, path: manifest)
    }

    /// Writes the manifest as one step: a reader sees the old or the new one, also after a crash.
    public func save(_ value: RunManifest) throws(ResultsError) {
        let bytes: [UInt8]
        do {
            bytes = try RunJSON.encode(value)
        } catch {
            throw ResultsError(
                subject: manifest,
                detail: "the manifest has a number that is not finite",
                nextStep: "this is a fault in benchrun; report it with the run's log"
            )
        }
        try FileDescriptor.replace(manifest, with: bytes, nextStep: SampleFile.nextStep)
    }

    /// Makes a directory and those above it.
    static func makeDirectory(_ path: String) throws(ResultsError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        let parent = FileDescriptor.parent(of: path)
        if parent != path, parent != "." { try makeDirectory(parent) }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw FileDescriptor.error(path) }
    }

    private struct Version: Decodable {
        var schema: Int
    }
}

/// Writes a file of a run or report as one step: a reader sees the old contents or the new. Makes its folder. Blocks.
/// - Throws: ``ResultsError`` naming the file.
public func replaceFile(_ path: String, with bytes: [UInt8]) throws(ResultsError) {
    try RunFolder.makeDirectory(FileDescriptor.parent(of: path))
    try FileDescriptor.replace(path, with: bytes)
}

/// The bytes of a file. Blocks.
/// - Throws: ``ResultsError`` naming the file.
public func readFile(_ path: String) throws(ResultsError) -> [UInt8] {
    try FileDescriptor.contents(of: path)
}

/// Appends to a file that others append to as well, and makes it where it is missing. Blocks.
/// - Throws: ``ResultsError`` naming the file.
public func appendFile(_ path: String, _ bytes: [UInt8]) throws(ResultsError) {
    let file = try FileDescriptor(path, flags: O_WRONLY | O_CREAT | O_APPEND)
    try file.write(bytes)
}
