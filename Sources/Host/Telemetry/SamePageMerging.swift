/// The kernel's merging of equal pages (KSM), which makes many guests smaller some time after they have started.
public struct SamePageMerging: Sendable, Equatable {
    /// Whether it merges at all.
    public var isRunning: Bool
    /// How often it has been through all memory.
    public var scans: UInt64
    /// Pages that are saved.
    public var sharing: UInt64

    /// Creates a reading.
    public init(isRunning: Bool, scans: UInt64 = 0, sharing: UInt64 = 0) {
        self.isRunning = isRunning
        self.scans = scans
        self.sharing = sharing
    }

    /// As it is now; a kernel without it merges nothing.
    public static func read() -> SamePageMerging { read(directory: "/sys/kernel/mm/ksm") }

    static func read(directory: String) -> SamePageMerging {
        func number(_ name: String) -> UInt64? { KernelFile.value("\(directory)/\(name)").flatMap { UInt64($0) } }
        return SamePageMerging(
            isRunning: number("run") == 1,
            scans: number("full_scans") ?? 0,
            sharing: number("pages_sharing") ?? 0
        )
    }

    /// Whether it has come to rest since an earlier reading: two whole scans later hardly anything more was merged.
    public func isSettled(since earlier: SamePageMerging) -> Bool {
        guard isRunning else { return true }
        let (more, less) = (max(sharing, earlier.sharing), min(sharing, earlier.sharing))
        return scans >= earlier.scans + 2 && more - less <= max(16, more / 100)
    }
}
