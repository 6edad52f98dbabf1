public import BenchrunModel
import FoundationEssentials
import Glibc
import Synchronization

/// Why the host's lock could not be had.
public struct LockError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Who holds it; nil when it could not be read or the lock itself failed.
    public var holder: HostLock.Holder?
    /// The whole message.
    public var description: String
}

/// One measuring run per host: held from before the first cell until the process ends, however it ends.
///
/// The kernel's lock on the file decides, never the file's content, which only says who it is. So what a killed
/// run left in it does not hinder anyone. The file itself stays.
public final class HostLock: Sendable {
    /// Who holds the lock.
    public struct Holder: Sendable, Codable, Equatable {
        /// Its process.
        public var pid: Int32
        /// When that process started, in clock ticks since boot.
        public var startTime: UInt64
        /// Its run.
        public var run: RunID
        /// When it took the lock, in seconds since 1970.
        public var since: Int
    }

    private let descriptor: Mutex<Int32>

    private init(_ descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        release()
    }

    /// Takes the lock or says at once who has it.
    /// - Parameters:
    ///   - run: shown to whoever comes second.
    ///   - path: the lock's file; its directory is made.
    public static func acquire(run: RunID, at path: String) throws(LockError) -> HostLock {
        let directory = path.split(separator: "/").dropLast().joined(separator: "/")
        do { try Locations.create("/" + directory) } catch { throw LockError(holder: nil, description: "\(error)") }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        // Between a holder's lock and its name, and while a child of a holder that just ended has not yet become
        // another program, nobody is named: look again before giving up.
        for attempt in 0..<10 where flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let reason = errno
            let holder = holder(at: path)
            if reason == EWOULDBLOCK, holder == nil, attempt < 9 {
                usleep(10_000)
                continue
            }
            defer { close(descriptor) }
            errno = reason
            throw reason == EWOULDBLOCK ? held(by: holder) : failure(path)
        }
        let lock = HostLock(descriptor)
        let identity = ProcessIdentity.current
        let holder = Holder(
            pid: getpid(),
            startTime: identity?.startTime ?? 0,
            run: run,
            since: Int(time(nil))
        )
        guard let json = try? JSONEncoder().encode(holder) else { return lock }
        let line = Array(json) + [UInt8(ascii: "\n")]
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, line, line.count, 0) == line.count else {
            throw failure(path)
        }
        return lock
    }

    /// Who is named in a lock's file and still runs; nil when nobody is. Does not tell whether the lock is held.
    public static func holder(at path: String) -> Holder? {
        guard let bytes = KernelFile.bytes(path),
            let holder = try? JSONDecoder().decode(Holder.self, from: Data(bytes)),
            let identity = ProcessIdentity(pid: holder.pid), identity.startTime == holder.startTime
        else { return nil }
        return holder
    }

    /// Gives the lock back. Idempotent; the end of the process does the same.
    public func release() {
        descriptor.withLock { held in
            guard held >= 0 else { return }
            _ = ftruncate(held, 0)
            // Not by closing alone: a child that is just being started may hold a copy.
            flock(held, LOCK_UN)
            close(held)
            held = -1
        }
    }

    private static func held(by holder: Holder?) -> LockError {
        let who = holder.map { ": \($0.run) (pid \($0.pid), since \(clock($0.since)))" } ?? ""
        return LockError(
            holder: holder,
            description: "another run is measuring on this host\(who); wait for it, or end it"
        )
    }

    private static func failure(_ path: String) -> LockError {
        let reason = String(cString: strerror(errno))
        return LockError(
            holder: nil,
            description: "lock \(path): \(reason); check the directory's permissions and free space"
        )
    }

    /// `22:41` of today, `2026-11-22 22:41` of another day, in local time.
    static func clock(_ seconds: Int, now: Int = Int(time(nil))) -> String {
        func fields(_ seconds: Int) -> tm {
            var moment = time_t(seconds)
            var fields = tm()
            localtime_r(&moment, &fields)
            return fields
        }
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (then, today) = (fields(seconds), fields(now))
        let time = "\(two(then.tm_hour)):\(two(then.tm_min))"
        if then.tm_year == today.tm_year && then.tm_yday == today.tm_yday { return time }
        return "\(then.tm_year + 1900)-\(two(then.tm_mon + 1))-\(two(then.tm_mday)) \(time)"
    }
}
