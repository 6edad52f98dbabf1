public import Host

/// What a density cell needs of the host besides what every cell needs.
public protocol DensityHost: ExperimentHost {
    /// Bytes that are left for new programs; nil where the kernel does not tell.
    func availableMemory() -> UInt64?
    /// What the kernel's merging of equal pages does now.
    func samePageMerging() -> SamePageMerging
}

/// Whether equal pages were still being merged while the memory of instances was looked at.
enum MergingState: String, Sendable {
    /// The kernel merges none.
    case off
    /// It had come to rest.
    case settled
    /// It had not, within the time it was given.
    case unsettled

    /// As telemetry has it.
    var code: UInt64 {
        switch self {
        case .off: 0
        case .settled: 1
        case .unsettled: 2
        }
    }
}
