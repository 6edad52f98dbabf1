import Glibc
import Host

/// A tree as a qcow2 disk that holds one ext4 file system, made without mounting anything.
struct DiskImage: Sendable {
    let tree: String
    /// Digest of the image; the file system's identity is taken from it.
    let digest: String
    /// The time that the file system says it was made at, in seconds since 1970.
    let epoch: Int

    /// Guests mount it read-only, so it needs no journal and little free space.
    func write(to path: String) async throws {
        try Tool.require(["mke2fs", "qemu-img"], for: "disk")
        let raw = Self.raw(of: path)
        do {
            let measured = try await onOwnThread {
                let measured = try DirectoryTree.measure(tree)
                unlink(raw)
                try FileBytes.create(raw)
                let size = Self.size(of: measured.bytes, count: measured.count)
                guard truncate(raw, size) == 0 else { throw HostError.system("size", raw) }
                return measured
            }
            let identity = Self.identity(digest)
            try await HostCommand(
                [
                    "mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-m", "0", "-L", "benchrun", "-U", identity,
                    "-N", "\(measured.count + 1024)", "-O", "^has_journal", "-E",
                    "hash_seed=\(identity),lazy_itable_init=1,nodiscard,root_owner=0:0", "-d", tree, raw,
                ],
                environment: ["E2FSPROGS_FAKE_TIME": "\(epoch)", "LC_ALL": "C"],
                timeLimit: .seconds(1800)
            ).check()
            try await HostCommand(
                ["qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, path],
                timeLimit: .seconds(1800)
            ).check()
        } catch {
            _ = try? await onOwnThread { [unlink(raw), unlink(path)] }
            throw error
        }
        _ = try await onOwnThread { unlink(raw) }
    }

    /// The file that the file system is made in before it becomes a qcow2 disk.
    static func raw(of path: String) -> String { "\(path).raw" }

    /// Bytes that hold the tree: its blocks, 256 bytes an inode, an eighth for what ext4 itself keeps.
    static func size(of bytes: Int, count: Int) -> Int {
        let content = bytes + (count + 1024) * 256
        let whole = content + content / 8 + (64 << 20)
        return ((whole + (1 << 20) - 1) >> 20) << 20
    }

    /// A UUID from the first 16 bytes of the digest.
    static func identity(_ digest: String) -> String {
        let digits = Array(digest.split(separator: ":").last ?? "").prefix(32)
        let padded = digits + Array(repeating: "0", count: 32 - digits.count)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(padded[$0]) }.joined(separator: "-")
    }
}
