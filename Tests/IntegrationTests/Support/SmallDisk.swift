import Foundation
import Glibc

/// A file system of a few kilobytes or megabytes that a test can fill.
struct SmallDisk {
    let path: String

    /// Mounts one, does something with it and unmounts it, whatever uses it then.
    static func within<Success>(
        _ path: String,
        bytes: Int,
        _ body: (SmallDisk) async throws -> Success
    ) async throws -> Success {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(bytes),mode=700") == 0 else {
            throw Unexpected("to mount a tmpfs at \(path), but: \(String(cString: strerror(errno)))")
        }
        defer { umount2(path, Int32(MNT_DETACH)) }
        return try await body(SmallDisk(path: path))
    }

    /// Takes all space that is left; ``free()`` gives it back.
    func fill() throws {
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Unexpected("to write \(filler)") }
        defer { close(descriptor) }
        let block = [UInt8](repeating: 0x2E, count: 4096)
        while write(descriptor, block, block.count) > 0 {}
        guard errno == ENOSPC else { throw Unexpected("\(path) to fill up") }
    }

    func free() {
        unlink(filler)
    }

    private var filler: String { path + "/filler" }
}
