/// Where a run's values come from that benchrun did not measure: a part of `run.json`.
public struct RunOrigin: Sendable, Codable, Equatable {
    /// The tools that measured it, with versions where their files tell.
    public var tool: String
    /// Names of the imported files, without directories.
    public var files: [String]
    /// Whether the values belong to rounds, which the files named. Where they do not, `round` in samples.csv only
    /// counts the values of a series, and environments are compared as independent samples.
    public var isPaired: Bool

    /// Creates an origin.
    public init(tool: String, files: [String], isPaired: Bool) {
        self.tool = tool
        self.files = files
        self.isPaired = isPaired
    }
}

extension RunManifest {
    /// Whether the values of this run belong to no rounds, so that none of one environment goes with one of another.
    public var isUnpaired: Bool { origin.map { !$0.isPaired } ?? false }
}
