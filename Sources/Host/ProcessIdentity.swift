import CLinux
import Glibc

/// A process that cannot be mistaken for a later one with the same number: pid and start time.
public struct ProcessIdentity: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Process id.
    public let pid: Int32
    /// When it started, in clock ticks since boot: field 22 of /proc/PID/stat.
    public let startTime: UInt64

    /// The process that has this id now, also when it has ended and was not reaped; nil when there is none.
    public init?(pid: Int32) {
        guard pid > 0, let fields = Self.fields(of: pid), fields.count > 19, let start = UInt64(fields[19]) else {
            return nil
        }
        self.pid = pid
        startTime = start
    }

    /// Reads `pid:starttime`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let pid = Int32(parts[0]), pid > 0, let start = UInt64(parts[1]) else { return nil }
        self.pid = pid
        startTime = start
    }

    /// This process.
    public static var current: ProcessIdentity? { ProcessIdentity(pid: getpid()) }

    /// `pid:starttime`, as ledgers hold it.
    public var description: String { "\(pid):\(startTime)" }

    /// Whether that very process still runs; one that ended and waits to be reaped does not.
    public var isAlive: Bool {
        guard let fields = Self.fields(of: pid), fields.count > 19 else { return false }
        return UInt64(fields[19]) == startTime && fields[0] != "Z" && fields[0] != "X"
    }

    /// Sends a signal to that very process and to no later one.
    /// - Returns: whether it was sent.
    @discardableResult
    public func send(signal: Int32) -> Bool {
        let descriptor = cl_pidfd_open(pid)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // The descriptor now stands for whoever has the pid; only then is it checked who that is.
        guard isAlive else { return false }
        return cl_pidfd_send_signal(descriptor, signal) == 0
    }

    /// Fields of /proc/PID/stat from the third (the state) on. The second, the name, may hold anything.
    private static func fields(of pid: Int32) -> [Substring]? {
        guard let text = KernelFile.read("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(whereSeparator: \.isWhitespace)
    }
}
