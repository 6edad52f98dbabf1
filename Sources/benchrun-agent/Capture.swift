import Glibc

/// One standard stream of a command: kept up to a limit, then counted and dropped, so that the writer never blocks.
struct Capture {
    /// The pipe's read end, or -1 when it has ended.
    private(set) var descriptor: Int32
    /// What was kept and not handed on yet.
    private(set) var kept: [UInt8] = []
    /// How many bytes did not fit.
    private(set) var dropped: UInt64 = 0
    private var room: Int

    init(descriptor: Int32, limit: UInt32) {
        self.descriptor = descriptor
        room = Int(limit)
    }

    var isOpen: Bool { descriptor >= 0 }

    /// Reads what is there, a bounded amount.
    mutating func receive() {
        guard isOpen else { return }
        for _ in 0..<4 {
            let count = withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 8) { buffer in
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                guard count > 0 else { return count }
                let fitting = min(count, room)
                kept.append(contentsOf: buffer[..<fitting])
                room -= fitting
                dropped += UInt64(count - fitting)
                return count
            }
            if count < 0 && errno == EAGAIN { return }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return end() }
        }
    }

    /// Hands on what was kept so far.
    mutating func take() -> [UInt8] {
        defer { kept = [] }
        return kept
    }

    /// Closes the pipe.
    mutating func end() {
        if isOpen { close(descriptor) }
        descriptor = -1
    }
}
