import BenchrunModel

/// Units as other tools write them: one word for one unit, and the direction where the unit makes it obvious.
enum ForeignUnit {
    private static let times: [String: String] = [
        "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
        "ms": "ms", "msec": "ms", "msecs": "ms", "millisecond": "ms", "milliseconds": "ms",
        "us": "us", "µs": "us", "μs": "us", "usec": "us", "usecs": "us", "microsecond": "us", "microseconds": "us",
        "ns": "ns", "nsec": "ns", "nsecs": "ns", "nanosecond": "ns", "nanoseconds": "ns",
    ]

    private static let longTimes: Set<String> = ["min", "minute", "minutes", "h", "hour", "hours"]

    private static let rates: Set<String> = [
        "iops", "ops", "qps", "tps", "rps", "fps", "mips", "flops", "mflops", "gflops", "tflops", "hz", "khz", "mhz",
        "ghz",
    ]

    private static let rateEndings = [
        "/s", "/sec", "/second", "/min", "/minute", " per second", " per sec", " per minute", "bps",
    ]

    /// Words that turn a rate round, so that it tells nothing.
    private static let faults = ["error", "drop", "fail", "miss", "retr", "loss", "lost", "fault"]

    /// `Seconds` as `s`, `milliseconds` as `ms`; what is not a time as it is.
    static func canonical(_ unit: String) -> String {
        times[folded(unit)] ?? unit
    }

    /// `lower` for times, `higher` for rates, else `none`.
    static func better(_ unit: String) -> Better {
        let word = folded(unit)
        if times[word] != nil || longTimes.contains(word) { return .lower }
        guard !faults.contains(where: word.contains) else { return .none }
        return rates.contains(word) || rateEndings.contains(where: word.hasSuffix) ? .higher : .none
    }

    private static func folded(_ unit: String) -> String {
        String(unit.lowercased().map { $0 == "_" || $0 == "-" ? " " : $0 }).trimmingBlanks
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
