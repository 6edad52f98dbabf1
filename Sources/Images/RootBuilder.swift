import BenchrunModel

/// What fills a new image's directory. The store is concerned with keys, locks and completeness only.
protocol RootBuilder: Sendable {
    /// Turns a recipe and the workloads' packages into a key, from what this host has.
    func key(for recipe: ImageRecipe, packages: [String]) async throws -> ImageKey
    /// Says before any work begins what here is in the way of building it.
    func requirePossible(_ key: ImageKey) async throws
    /// Makes `rootfs` and `rootfs.tar` in a directory. Whatever else it puts there it removes again.
    ///
    /// When it throws, also because the task was cancelled, nothing of it runs any more.
    func build(_ key: ImageKey, in directory: String, progress: ProgressReporter) async throws
    /// Makes a qcow2 disk from the tree at `tree`; the same tree and name give the same file system.
    func makeDisk(from tree: String, at path: String, digest: String) async throws
}

/// Names in an image's directory.
enum ImageFile {
    static let tree = "rootfs"
    static let archive = "rootfs.tar"
    static let disk = "disk.qcow2"
    /// A user's disk that boots by itself.
    static let bootDisk = "boot.qcow2"
}
