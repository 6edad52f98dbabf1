import AgentProtocol
import Glibc

/// Bytes on their way to a peer that may read slowly.
struct AgentLinkOutbox {
    private var bytes: [UInt8] = []
    private var start = 0

    /// How many bytes wait.
    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ frame: Frame) {
        if start > Frame.chunk {
            bytes.removeSubrange(0..<start)
            start = 0
        }
        bytes.append(contentsOf: frame.encoded)
    }

    /// Writes what the descriptor takes without waiting.
    /// - Returns: nil, or the errno for which the channel is broken.
    mutating func flush(to descriptor: Int32) -> Int32? {
        while !isEmpty {
            let written = bytes.withUnsafeBytes { raw in
                // The poll thread blocks SIGPIPE, so a closed peer is an errno here for pipes as for sockets.
                write(descriptor, raw.baseAddress.map { $0 + start }, count)
            }
            if written > 0 {
                start += written
            } else if errno == EAGAIN {
                return nil
            } else if errno != EINTR {
                return errno
            }
        }
        bytes.removeAll(keepingCapacity: true)
        start = 0
        return nil
    }
}
