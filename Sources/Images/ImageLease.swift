/// Says that an image is in use: as long as it lives and was not released, no other benchrun removes the image.
public final class ImageLease: Sendable {
    private let lock: FileLock

    init(_ lock: FileLock) {
        self.lock = lock
    }

    /// Ends the use. Idempotent.
    public func release() {
        lock.release()
    }
}
