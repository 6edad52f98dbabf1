/// The guards that watch one execution (STATISTICS, section 5, guards 1, 2, 4 and 9), and the limits they go by.
public enum CellGuards {
    /// A share of CPU time that was lost and is flagged.
    public static let flaggedShare = 0.005
    /// A share of CPU time that was lost and makes the execution invalid.
    public static let invalidShare = 0.02
    /// How far two clocks may run apart.
    public static let clockError = 0.001
    /// The part of what a tool claims that the device must have seen.
    public static let leastRatio = 0.5

    /// One guard that fired.
    public struct Finding: Sendable, Equatable {
        /// The flag.
        public var flag: CellFlag
        /// Whether the execution cannot be believed.
        public var isInvalid: Bool
        /// What was seen and what to do, in one sentence.
        public var sentence: String
    }

    /// What fires; nothing for figures that were not read.
    public static func findings(_ shares: CellShares) -> [Finding] {
        let times = [
            time(
                .steal,
                shares.steal,
                "the hypervisor below took \(percent(shares.steal)) of the CPU time; ask its operator for CPUs of its own"
            ),
            time(
                .runDelay,
                shares.runDelay,
                "the virtual CPU waited for its CPU for \(percent(shares.runDelay)) of the time; stop other work on the host"
            ),
            time(
                .busyCPU,
                shares.foreign,
                "other programs took \(percent(shares.foreign)) of the measured CPUs; stop them, or choose other CPUs "
                    + "with '--cpus'"
            ),
            throttling(shares.throttled),
        ]
        return times.compactMap { $0 } + clock(shares) + truth(shares)
    }

    private static func time(_ flag: CellFlag, _ share: Double?, _ sentence: String) -> Finding? {
        guard let share, share > flaggedShare else { return nil }
        return Finding(flag: flag, isInvalid: share > invalidShare, sentence: sentence)
    }

    /// By time, not by number: a quota of whole CPUs is met exactly, and the kernel's own rounding then throttles for
    /// some microseconds now and again.
    private static func throttling(_ share: Double?) -> Finding? {
        guard let share, share > flaggedShare else { return nil }
        return Finding(
            flag: .throttled,
            isInvalid: true,
            sentence: "the CPU quota held it back for \(percent(share)) of the time; ask for whole CPUs with "
                + "'cpu-quota: 100 %'"
        )
    }

    private static func clock(_ shares: CellShares) -> [Finding] {
        guard let error = shares.clockError, let tolerance = shares.clockTolerance,
            abs(error) > max(clockError, tolerance)
        else { return [] }
        let sentence =
            "its clock ran \(percent(abs(error))) \(error > 0 ? "fast" : "slow") against the host's, and so do times that "
            + "were taken in it; look at the fact clock.source"
        return [Finding(flag: .clock, isInvalid: false, sentence: sentence)]
    }

    private static func truth(_ shares: CellShares) -> [Finding] {
        var findings: [Finding] = []
        if let ratio = shares.readRatio, ratio < leastRatio {
            let sentence =
                "the device read \(percent(ratio)) of what the tool claims to have read: a cache served the rest; see "
                + "the fact disk.cache"
            findings.append(Finding(flag: .cached, isInvalid: false, sentence: sentence))
        }
        let seen = [
            (shares.writtenRatio, "bytes that the tool claims to be durable"),
            (shares.syncRatio, "times that the tool claims to have waited until all was durable"),
        ]
        let least = seen.compactMap { ratio, what in ratio.map { (ratio: $0, what: what) } }.min { $0.ratio < $1.ratio }
        if let least, least.ratio < leastRatio {
            let sentence =
                "the device saw \(percent(least.ratio)) of the \(least.what): fsync did not reach it; look for a "
                + "volatile overlay, or a disk with cache unsafe"
            findings.append(Finding(flag: .notDurable, isInvalid: false, sentence: sentence))
        }
        return findings
    }

    /// `2.4 %`
    public static func percent(_ share: Double?) -> String {
        guard let share, share.isFinite else { return "?" }
        let tenths = (min(abs(share), 1e6) * 1000).rounded() / 10
        return tenths >= 10 ? "\(Int(tenths.rounded())) %" : "\(tenths) %"
    }
}
