import BenchrunModel
import CLinux
import Glibc
import Synchronization

/// What a descriptor's owner waits for.
struct PollInterest {
    /// Wake when this can be read or has ended.
    var reads: Int32?
    /// Wake when this can be written or is broken.
    var writes: Int32?
    /// Wake at this ``RawClock`` time at the latest.
    var deadline: UInt64?
}

/// Something served by the poll thread, which alone touches and closes its descriptors.
protocol PollSource: AnyObject, Sendable {
    /// Asked before every wait.
    /// - Returns: nil when the source has ended and closed its descriptors: it is forgotten.
    func interest(now: UInt64) -> PollInterest?
    /// Called after a wait that ended because of this source's descriptors.
    func service(readable: Bool, writable: Bool, now: UInt64)
}

/// The one thread that waits for all agents of this process, so that the cooperative pool never does.
final class AgentLinkPoller: Sendable {
    /// Started at first use; what went wrong when it could not be.
    static let shared = Result<AgentLinkPoller, AgentError> { () throws(AgentError) in try AgentLinkPoller() }

    private let wakeUp: Int32
    private let added = Mutex<[any PollSource]>([])

    private init() throws(AgentError) {
        wakeUp = cl_eventfd()
        guard wakeUp >= 0 else {
            throw AgentError(.refused, subject: "poll thread", detail: "eventfd: \(String(cString: strerror(errno)))")
        }
        let box = Unmanaged.passRetained(self)
        // The thread must inherit a mask with everything blocked: signals, SIGPIPE included, are others' business.
        var all = sigset_t()
        var previous = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, pollThreadMain, box.toOpaque())
        guard code == 0 else {
            box.release()
            close(wakeUp)
            throw AgentError(.refused, subject: "poll thread", detail: String(cString: strerror(code)))
        }
        pthread_detach(thread)
    }

    /// Serves a source from now on.
    func add(_ source: some PollSource) {
        added.withLock { $0.append(source) }
        wake()
    }

    /// Makes the thread ask every source for its interest again.
    func wake() {
        var one: UInt64 = 1
        write(wakeUp, &one, MemoryLayout<UInt64>.size)
    }

    fileprivate func serve() -> Never {
        var sources: [any PollSource] = []
        var descriptors: [pollfd] = []
        while true {
            sources += added.withLock { added in
                defer { added = [] }
                return added
            }
            descriptors = [pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0)]
            var deadline: UInt64?
            let now = RawClock.now()
            sources.removeAll { source in
                guard let interest = source.interest(now: now) else { return true }
                // A negative descriptor is skipped by poll, so every source has exactly two entries.
                descriptors.append(pollfd(fd: interest.reads ?? -1, events: Int16(POLLIN), revents: 0))
                descriptors.append(pollfd(fd: interest.writes ?? -1, events: Int16(POLLOUT), revents: 0))
                if let wanted = interest.deadline { deadline = min(deadline ?? wanted, wanted) }
                return false
            }
            let ready = poll(&descriptors, nfds_t(descriptors.count), Self.timeout(until: deadline, now: now))
            let arrival = RawClock.now()
            guard ready > 0 else { continue }
            if descriptors[0].revents != 0 {
                var count: UInt64 = 0
                read(wakeUp, &count, MemoryLayout<UInt64>.size)
            }
            for (index, source) in sources.enumerated() {
                let readable = descriptors[1 + 2 * index].revents != 0
                let writable = descriptors[2 + 2 * index].revents != 0
                if readable || writable { source.service(readable: readable, writable: writable, now: arrival) }
            }
        }
    }

    /// Milliseconds for poll, rounded up so that a deadline has passed when it returns.
    private static func timeout(until deadline: UInt64?, now: UInt64) -> Int32 {
        guard let deadline else { return -1 }
        guard deadline > now else { return 0 }
        return Int32(clamping: (deadline - now) / 1_000_000 + 1)
    }
}

private func pollThreadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    cl_name_thread("agent-poll")
    Unmanaged<AgentLinkPoller>.fromOpaque(context).takeRetainedValue().serve()
}

extension UInt64 {
    /// This ``RawClock`` time and a duration after it, without overflow.
    func advanced(by duration: Duration) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(duration.nanoseconds)
        return overflow ? .max : sum
    }
}

extension Duration {
    /// Whole nanoseconds; negative durations are 0, enormous ones the greatest number.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000).partialValue
    }
}
