public import Foundation

/// An image in the cache, as it is listed.
public struct ImageEntry: Sendable, Equatable {
    /// Name of its directory; what ``ImageStore/remove(_:)`` takes.
    public var key: String
    /// Its manifest; nil where it is not whole.
    public var manifest: ImageManifest?
    /// Why it is not usable and will be built again; nil where it is whole.
    public var problem: String?
    /// Bytes it takes on disk.
    public var size: Int
    /// When it was last used.
    public var lastUse: Date
    /// Whether it has a disk for virtual machines.
    public var hasDisk: Bool
    /// Whether a benchrun uses or builds it now.
    public var isInUse: Bool
}
