/// The host's page cache.
public enum PageCache {
    private static let executor = BlockingExecutor(name: "page-cache")

    /// Writes back what is dirty, then drops clean pages, directory entries and inodes (the kernel's
    /// Documentation/admin-guide/sysctl/vm.rst, `drop_caches`).
    /// - Throws: ``HostError`` where the kernel does not permit it.
    public static func drop() async throws {
        try await drop(by: "/proc/sys/vm/drop_caches")
    }

    static func drop(by file: String) async throws {
        await FileSync.everything()
        try await executor.run {
            do {
                try KernelFile.write("3", to: file)
            } catch {
                throw HostError(
                    subject: file,
                    detail: "the page cache cannot be dropped: \(error)",
                    nextStep: "run benchrun as root, or write 'page-cache: warm' in the workload's file"
                )
            }
        }
    }
}
