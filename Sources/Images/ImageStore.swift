import BenchrunModel
import Foundation
import Host

/// The cache of root file systems: builds what is asked for unless it is there, keeps it in all its forms, lists it
/// and removes it. Any number of benchruns may use one cache at the same time.
public struct ImageStore: Sendable {
    let layout: ImageCache
    let builder: any RootBuilder
    let cache: String

    /// A store in a cache directory, `Locations.cache`; the directory is made when it is needed.
    public init(cache: String) {
        self.init(cache: cache, builder: DebianRoot())
    }

    init(cache: String, builder: any RootBuilder) {
        self.cache = cache
        self.builder = builder
        layout = ImageCache(directory: "\(cache)/images")
    }

    /// Gives the image that a request describes, building what is missing of it.
    ///
    /// Cancelling the task ends what the building started and deletes the half-built image before this returns.
    /// - Parameter progress: called at each step, and once a second during a long one; from any thread.
    /// - Throws: `HostError` with what to do next; `CancellationError`.
    public func ensure(
        _ request: ImageRequest,
        progress: @escaping @Sendable (ImageProgress) -> Void = { _ in }
    ) async throws -> Image {
        let reporter = ProgressReporter(subject: "image \(request.recipe.name)", handler: progress)
        // Taken before the kernel is looked for, so that nobody prunes it in between.
        let bootLock = request.forVirtualMachines ? try await onOwnThread { try GuestKernel.use(cache: cache) } : nil
        var image: Image
        if let source = request.recipe.source {
            image = try await imported(request, from: source, bootLock, reporter)
        } else {
            let key = try await builder.key(for: request.recipe, packages: request.packages)
            image = try await root(key, request, bootLock, reporter)
        }
        if request.forVirtualMachines {
            let files = try await boot(request, reporter)
            image.forms.kernel = files.kernel
            image.forms.initramfs = files.initramfs
        }
        reporter.report(.ready)
        return image
    }

    /// Every image in the cache, the most recently used first.
    public func entries() async throws -> [ImageEntry] {
        try await onOwnThread {
            try layout.keys().map { try layout.entry($0) }.sorted { $0.lastUse > $1.lastUse }
        }
    }

    /// Removes one image.
    /// - Throws: `HostError` when there is none of this name, or a benchrun uses it.
    public func remove(_ key: String) async throws {
        try await onOwnThread { try layout.remove(key) }
    }

    /// Removes images not used for some time, and what unfinished builds left.
    /// - Parameter age: how long an image must not have been used; zero removes all that nobody uses now.
    /// - Returns: a line for each thing removed.
    public func prune(unusedFor age: Duration = .zero) async throws -> [String] {
        try await onOwnThread {
            let limit = Date.now.addingTimeInterval(-Double(age.components.seconds))
            return try layout.prune(before: limit) + GuestKernel.prune(cache: cache, before: limit)
                + GuestEngine.prune(cache: cache, before: limit)
        }
    }

    // MARK: - Building

    private func root(
        _ key: ImageKey,
        _ request: ImageRequest,
        _ bootLock: FileLock?,
        _ progress: ProgressReporter
    ) async throws -> Image {
        let name = key.text
        if !request.rebuild, let image = try await open(name, bootLock) { return image }
        let isThere = try await onOwnThread { layout.state(name).isComplete }
        if request.rebuild || !isThere { try await builder.requirePossible(key) }
        try await onOwnThread { try layout.prepare() }
        let lock = try await FileLock.acquire(layout.buildLock(name)) { progress.report(.waiting($0)) }
        defer { lock.release() }
        let state = try await onOwnThread {
            try layout.sweep(name)
            return layout.state(name)
        }
        if request.rebuild || !state.isComplete { try await build(key, progress) }
        if request.forVirtualMachines, try await !onOwnThread({ layout.state(name).hasDisk }) {
            try await progress.during(.makingDisk) { try await addDisk(name) }
        }
        guard let image = try await open(name, bootLock) else {
            throw HostError(
                subject: progress.subject,
                detail: "is not complete after it was built",
                nextStep: "run 'benchrun image build' again and look at the first error"
            )
        }
        return image
    }

    /// The image if it is complete, marked as in use.
    /// - Parameter bootLock: keeps kernel and initramfs; where it is nil, no virtual machine is wanted.
    func open(_ name: String, _ bootLock: FileLock?) async throws -> Image? {
        try await onOwnThread {
            let withDisk = bootLock != nil
            // Asked without the lock first: a cache may be readable only.
            guard case .complete(let manifest, let hasDisk) = layout.state(name), hasDisk || !withDisk else {
                return nil
            }
            let lease = ImageLease([try layout.use(name)] + (bootLock.map { [$0] } ?? []))
            guard layout.state(name).isComplete else { return nil }
            let path = layout.path(name)
            let forms = ImageForms(
                digest: manifest.digest,
                archive: "\(path)/\(ImageFile.archive)",
                directory: "\(path)/\(ImageFile.tree)",
                disk: withDisk ? "\(path)/\(ImageFile.disk)" : nil
            )
            return Image(forms: forms, manifest: manifest, lease: lease)
        }
    }

    private func build(_ key: ImageKey, _ progress: ProgressReporter) async throws {
        let begin = ContinuousClock.now
        let staged = try await onOwnThread {
            // What is there now is in the way only when somebody works with it: better said before a minute's work.
            try layout.replacing(key.text) {}
            return try StagedDirectory.begin(for: layout.path(key.text))
        }
        do {
            try await builder.build(key, in: staged.path, progress: progress)
            let archive = "\(staged.path)/\(ImageFile.archive)"
            let digest = try await progress.during(.digesting) { try await FileDigest.sha256(archive) }
            try Task.checkCancellation()
            try await onOwnThread {
                let manifest = try layout.manifest(
                    of: staged.path,
                    key: key,
                    digest: digest,
                    seconds: (ContinuousClock.now - begin) / .seconds(1)
                )
                try manifest.write(to: staged.path)
            }
            try await progress.during(.syncing) { try await FileBytes.syncFileSystem(of: staged.path) }
            try await onOwnThread { try layout.replacing(key.text) { try staged.commit() } }
        } catch {
            // On its own thread it also runs when the task was cancelled. The first error says more than a second.
            try? await onOwnThread { try staged.discard() }
            throw error
        }
    }

    func addDisk(_ name: String) async throws {
        let path = layout.path(name)
        let manifest = try await onOwnThread { try ImageManifest.read(path) }
        try await builder.makeDisk(
            from: "\(path)/\(ImageFile.tree)",
            at: layout.diskDraft(name),
            digest: manifest.digest
        )
        try await FileBytes.syncFileSystem(of: path)
        try await onOwnThread { try layout.adoptDisk(of: name) }
    }

    private func boot(
        _ request: ImageRequest,
        _ progress: ProgressReporter
    ) async throws -> (kernel: String, initramfs: String) {
        let kernel = try await GuestKernel.ensure(
            cache: cache,
            own: request.kernel,
            refresh: request.rebuild,
            progress: progress.about("guest kernel")
        )
        if let initramfs = request.initramfs {
            try KernelImage.requireReadable(initramfs, option: "--initrd")
            return (kernel.image, initramfs)
        }
        let initramfs = try await Initramfs(kernel: kernel, agent: request.agentExecutable)
            .ensure(cache: cache, progress: progress.about("guest initramfs"))
        return (kernel.image, initramfs)
    }
}
