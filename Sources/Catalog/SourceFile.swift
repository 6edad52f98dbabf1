import Foundation
import Glibc

/// A file of the catalogue as it was found.
struct SourceFile {
    /// Largest file that is read, in bytes: these files are written by hand.
    static let largest = 256 << 10

    /// What it describes.
    var kind: CatalogKind
    /// The path shown in messages.
    var path: String
    /// The file's name without `.yaml`.
    var name: String
    /// The folder it is in, which for a workload names its class.
    var folder: String
    /// What it holds.
    var bytes: [UInt8]

    /// Why a file cannot be read.
    struct Unreadable: Error {
        /// The reason and the next step.
        var message: String
    }

    /// Reads a whole file.
    static func read(_ path: String) throws(Unreadable) -> [UInt8] {
        // Without O_NONBLOCK opening a fifo would wait for somebody to write to it.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure() }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Unreadable(message: "expected a regular file; remove it")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= largest {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count > 0 {
                bytes.append(contentsOf: chunk.prefix(count))
            } else if errno != EINTR {
                throw failure()
            }
        }
        throw Unreadable(message: "the file is larger than \(largest >> 10) KiB; split it, or move what is generated")
    }

    private static func failure() -> Unreadable {
        Unreadable(message: "cannot be read: \(String(cString: strerror(errno))); correct the file's permissions")
    }
}
