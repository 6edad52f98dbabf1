import Glibc

/// The one clock that all durations and orderings of a run are taken from.
public enum RawClock {
    /// CLOCK_MONOTONIC_RAW in nanoseconds: never slewed or stepped, and the same for every process of this kernel.
    public static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_RAW, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
