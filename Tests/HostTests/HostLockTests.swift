import BenchrunModel
import Glibc
import Testing

@testable import Host

@Suite("host lock", .timeLimit(.minutes(1)))
struct HostLockTests {
    @Test func theSecondIsToldWhoHoldsIt() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/run/lock"
            let first = try HostLock.acquire(run: runID("run-1"), at: path)
            let error = try #require(throws: LockError.self) { try HostLock.acquire(run: runID("run-2"), at: path) }
            let holder = try #require(error.holder)
            #expect(holder.run.text == "run-1")
            #expect(holder.pid == getpid())
            #expect(
                error.description == "another run is measuring on this host: run-1 (pid \(getpid()), "
                    + "since \(HostLock.clock(holder.since))); wait for it, or end it"
            )
            first.release()
            first.release()
            #expect(HostLock.holder(at: path) == nil)
            let second = try HostLock.acquire(run: runID("run-2"), at: path)
            #expect(HostLock.holder(at: path)?.run.text == "run-2")
            second.release()
        }
    }

    @Test func whatADeadHolderLeftIsTakenOver() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/lock"
            let json = #"{"pid":999999999,"startTime":1,"run":"old","since":1}"# + String(repeating: " ", count: 500)
            try write(json, to: path)
            #expect(HostLock.holder(at: path) == nil)
            let lock = try HostLock.acquire(run: runID("new"), at: path)
            #expect(text(of: path)?.contains("old") == false)
            #expect(HostLock.holder(at: path)?.run.text == "new")
            lock.release()
        }
    }

    @Test func aHeldLockWithoutNamesStillHolds() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/lock"
            let lock = try HostLock.acquire(run: runID("run-1"), at: path)
            try write("garbage", to: directory + "/other")
            let descriptor = open(path, O_WRONLY | O_TRUNC)
            close(descriptor)
            let error = try #require(throws: LockError.self) { try HostLock.acquire(run: runID("run-2"), at: path) }
            #expect(error.description == "another run is measuring on this host; wait for it, or end it")
            lock.release()
        }
    }

    @Test func aChildDoesNotInheritIt() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/lock"
            let lock = try HostLock.acquire(run: runID("run-1"), at: path)
            let child = try await ChildProcess.start(["sleep", "60"])
            lock.release()
            let next = try HostLock.acquire(run: runID("run-2"), at: path)
            next.release()
            await child.stop(grace: .seconds(5))
        }
    }

    @Test func whereItCannotBe() throws {
        let error = try #require(throws: LockError.self) {
            try HostLock.acquire(run: runID("run-1"), at: "/proc/nonexistent/lock")
        }
        #expect(error.holder == nil)
        #expect(error.description.hasPrefix("/proc/nonexistent: cannot be made: "))
    }

    @Test func theTimeOfAnotherDayHasItsDate() {
        let now = Int(time(nil))
        #expect(HostLock.clock(now, now: now).utf8.count == 5)
        #expect(HostLock.clock(now - 5 * 86400, now: now).utf8.count == 16)
    }
}
