import Glibc

/// What files take on their disks: allocated blocks, not lengths.
public enum DiskUsage {
    /// Bytes of a file, or of a directory with all below it on the same file system. What cannot be read, or goes
    /// meanwhile, is left out; nil where there is nothing at the path.
    ///
    /// A file with several names counts once for each.
    public static func allocated(_ path: String) -> UInt64? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFDIR else { return blocks(status) }
        return KernelFile.names(in: path).reduce(blocks(status)) { sum, name in
            let child = "\(path)/\(name)"
            var inner = stat()
            guard lstat(child, &inner) == 0, inner.st_dev == status.st_dev else { return sum }
            return sum &+ (allocated(child) ?? 0)
        }
    }

    private static func blocks(_ status: stat) -> UInt64 { UInt64(max(0, status.st_blocks)) &* 512 }
}
