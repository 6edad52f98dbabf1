/// Says that an image is in use: as long as it lives and was not released, no other benchrun removes the image.
public final class ImageLease: Sendable {
    private let locks: [FileLock]

    init(_ locks: [FileLock]) {
        self.locks = locks
    }

    /// Ends the use. Idempotent.
    public func release() {
        for lock in locks { lock.release() }
    }
}
