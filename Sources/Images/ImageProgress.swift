import Synchronization

/// What the making of an image is doing now.
public struct ImageProgress: Sendable, Equatable, CustomStringConvertible {
    /// One step of the making.
    public enum Stage: Sendable, Equatable {
        /// Another benchrun, of this process id where it is known, builds the same thing.
        case waiting(Int32?)
        /// Package lists of the host are missing and are fetched.
        case refreshingHostLists
        /// Package lists for the image are fetched.
        case fetchingLists
        /// Packages are downloaded.
        case downloading
        /// The essential packages are unpacked.
        case extracting
        /// The essential packages are installed.
        case installingEssential
        /// The other packages are installed.
        case installing
        /// A source is unpacked, pulled or built.
        case unpackingSource
        /// The tree is cleaned, given its mount points and fixed times.
        case finishing
        /// The tree is packed.
        case archiving
        /// The archive's digest is computed.
        case digesting
        /// Files are written through to the disk.
        case syncing
        /// The disk for virtual machines is made.
        case makingDisk
        /// The guest kernel is downloaded.
        case downloadingKernel
        /// The guest kernel is unpacked.
        case unpackingKernel
        /// The initramfs is written.
        case writingInitramfs
        /// Everything asked for is there.
        case ready
    }

    /// What is being made: `image debian`, `guest kernel`.
    public var subject: String
    /// The step.
    public var stage: Stage

    /// Creates a progress report.
    public init(subject: String, stage: Stage) {
        self.subject = subject
        self.stage = stage
    }

    /// `image debian: installing packages`
    public var description: String { "\(subject): \(stage.text)" }
}

extension ImageProgress.Stage {
    /// The step in words.
    public var text: String {
        switch self {
        case .waiting(let pid?): "waiting for another benchrun (pid \(pid)) that is building this image"
        case .waiting(nil): "waiting for another benchrun that is building this image"
        case .refreshingHostLists: "refreshing the host's package lists"
        case .fetchingLists: "fetching package lists"
        case .downloading: "downloading packages"
        case .extracting: "extracting essential packages"
        case .installingEssential: "installing essential packages"
        case .installing: "installing packages"
        case .unpackingSource: "unpacking the source"
        case .finishing: "finishing the tree"
        case .archiving: "packing the archive"
        case .digesting: "computing the digest"
        case .syncing: "writing to disk"
        case .makingDisk: "making the disk for virtual machines"
        case .downloadingKernel: "downloading"
        case .unpackingKernel: "unpacking"
        case .writingInitramfs: "writing the initramfs"
        case .ready: "ready"
        }
    }
}

/// Reports the steps of one making.
struct ProgressReporter: Sendable {
    let subject: String
    private let handler: @Sendable (ImageProgress) -> Void

    init(subject: String, handler: @escaping @Sendable (ImageProgress) -> Void) {
        self.subject = subject
        self.handler = handler
    }

    /// The same receiver for something else that is made.
    func about(_ subject: String) -> ProgressReporter {
        ProgressReporter(subject: subject, handler: handler)
    }

    func report(_ stage: ImageProgress.Stage) {
        handler(ImageProgress(subject: subject, stage: stage))
    }

    /// Reports `stage` now and once a second while `work` runs.
    func during<Result: Sendable>(
        _ stage: ImageProgress.Stage,
        _ work: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await during({ stage }, work)
    }

    /// Reports what `stage` says now and once a second while `work` runs.
    func during<Result: Sendable>(
        _ stage: @escaping @Sendable () -> ImageProgress.Stage,
        _ work: @Sendable () async throws -> Result
    ) async throws -> Result {
        report(stage())
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    try await Task.sleep(for: .seconds(1))
                    report(stage())
                }
            }
            defer { group.cancelAll() }
            return try await work()
        }
    }
}

/// The step that is going on, changed by one task and read by another.
final class CurrentStage: Sendable {
    private let value: Mutex<ImageProgress.Stage>

    init(_ stage: ImageProgress.Stage) {
        value = Mutex(stage)
    }

    var stage: ImageProgress.Stage {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
