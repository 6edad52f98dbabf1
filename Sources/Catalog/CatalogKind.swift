/// What a file of the catalogue describes.
public enum CatalogKind: String, Sendable, CaseIterable {
    /// What runs.
    case workload
    /// One column of the comparison.
    case environment
    /// What is run together.
    case suite
    /// Where a root file system comes from.
    case image

    /// The folder that such files are in, below the catalogue's directory.
    public var folder: String { rawValue + "s" }
}
