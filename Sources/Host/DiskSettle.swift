/// Waiting until the host has hardly anything left to write back, so that one cell's writes are not the next one's
/// disk traffic.
public struct DiskSettle: Sendable {
    /// What a wait came to.
    public struct Outcome: Sendable, Equatable {
        /// How long it took, in nanoseconds.
        public var nanoseconds: UInt64
        /// Whether the threshold was reached within the limit.
        public var isSettled: Bool
        /// Bytes dirty or being written back at the end; nil where the kernel does not tell.
        public var remaining: UInt64?
    }

    /// Bytes, dirty and being written back together, at which the disk counts as settled.
    public var threshold: UInt64
    /// Longest wait.
    public var limit: Duration
    /// Time between two looks, at least 20 ms: a look costs the kernel some work.
    public var step: Duration

    private let read: @Sendable () -> UInt64?

    /// Creates a wait.
    public init(
        threshold: UInt64 = 4 << 20,
        limit: Duration = .seconds(5),
        step: Duration = .milliseconds(50)
    ) {
        self.init(threshold: threshold, limit: limit, step: step) {
            Self.unwritten(in: KernelFile.read("/proc/meminfo") ?? "")
        }
    }

    init(threshold: UInt64, limit: Duration, step: Duration, read: @escaping @Sendable () -> UInt64?) {
        self.threshold = threshold
        self.limit = limit
        self.step = max(step, .milliseconds(20))
        self.read = read
    }

    /// Waits, asleep between looks. Where the kernel does not tell, it returns at once as not settled.
    /// - Throws: `CancellationError`.
    public func wait() async throws -> Outcome {
        let start = RawClock.now()
        let deadline = ContinuousClock.now + limit
        while true {
            let remaining = read()
            let isSettled = remaining.map { $0 <= threshold } ?? false
            if isSettled || remaining == nil || ContinuousClock.now >= deadline {
                return Outcome(nanoseconds: RawClock.now() - start, isSettled: isSettled, remaining: remaining)
            }
            try await Task.sleep(for: min(step, max(deadline - ContinuousClock.now, .milliseconds(1))))
        }
    }

    /// Dirty + Writeback of /proc/meminfo, in bytes.
    static func unwritten(in meminfo: String) -> UInt64? {
        var total: UInt64 = 0
        var found = 0
        for line in meminfo.split(separator: "\n") where line.hasPrefix("Dirty:") || line.hasPrefix("Writeback:") {
            guard let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ UInt64($0) }) else { continue }
            total += kibibytes << 10
            found += 1
        }
        return found == 2 ? total : nil
    }
}
