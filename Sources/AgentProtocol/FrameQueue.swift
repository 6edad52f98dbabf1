/// Encoded frames on their way to a peer that may read slowly.
public struct FrameQueue: Sendable {
    private var bytes: [UInt8] = []
    private var start = 0

    /// Creates an empty queue.
    public init() {}

    /// How many bytes wait.
    public var count: Int { bytes.count - start }

    /// Whether nothing waits.
    public var isEmpty: Bool { count == 0 }

    /// Adds a frame at the end.
    public mutating func append(_ frame: Frame) {
        if start > Frame.chunk {
            bytes.removeSubrange(0..<start)
            start = 0
        }
        bytes.append(contentsOf: frame.encoded)
    }

    /// Hands over what waits until all is written or `write` takes nothing.
    /// - Parameter write: returns how many of the bytes it took; 0 or less ends the draining.
    /// - Returns: what `write` returned last, or 0 when nothing waited.
    @discardableResult
    public mutating func drain(_ write: (UnsafeRawBufferPointer) -> Int) -> Int {
        var taken = 0
        while !isEmpty {
            taken = bytes.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[start...])) }
            guard taken > 0 else { return taken }
            start += taken
        }
        bytes.removeAll(keepingCapacity: true)
        start = 0
        return taken
    }
}
