import CLinux

/// CLOCK_MONOTONIC_RAW, in nanoseconds.
enum Clock {
    static var now: UInt64 { cl_raw_clock() }

    /// A time that far ahead, or never when the sum would overflow.
    static func after(_ nanoseconds: UInt64) -> UInt64 { sum(now, nanoseconds) }

    /// A time that far after another, likewise.
    static func sum(_ time: UInt64, _ nanoseconds: UInt64) -> UInt64 {
        let (sum, overflow) = time.addingReportingOverflow(nanoseconds)
        return overflow ? .max : sum
    }

    /// Milliseconds for poll until the earliest deadline, rounded up; -1 without one.
    static func timeout(until deadline: UInt64?) -> Int32 {
        guard let deadline else { return -1 }
        let now = now
        return deadline <= now ? 0 : Int32(clamping: (deadline - now) / 1_000_000 + 1)
    }
}
