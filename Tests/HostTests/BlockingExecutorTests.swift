import Glibc
import Synchronization
import Testing

@testable import Host

/// Counts calls from any thread.
final class CallCounter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func next() -> Int {
        value.withLock {
            $0 += 1
            return $0
        }
    }
}

@Suite("blocking executor", .timeLimit(.minutes(1)))
struct BlockingExecutorTests {
    private actor Blocker {
        nonisolated let executor = BlockingExecutor(name: "blocker")
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
        private var count = 0

        /// Asked of the kernel: pthread_self() counts as a constant and may be moved across an await.
        private static var thread: String {
            String((KernelFile.value("/proc/thread-self/stat") ?? "").prefix { $0 != " " })
        }

        func block() -> (thread: String, count: Int) {
            usleep(1000)
            count += 1
            return (Self.thread, count)
        }

        func other(_ other: Blocker) async -> Bool {
            let before = Self.thread
            _ = await other.block()
            return Self.thread == before
        }
    }

    @Test func anActorStaysOnItsThread() async {
        let blocker = Blocker()
        let seen = await withTaskGroup(of: (thread: String, count: Int).self) { group in
            for _ in 0..<50 { group.addTask { await blocker.block() } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(seen.map(\.thread)).count == 1)
        #expect(seen.map(\.count).sorted() == Array(1...50))
        #expect(await blocker.other(Blocker()))
    }

    @Test func thePoolGoesOnWhileExecutorsBlock() async throws {
        let blockers = (0..<16).map { _ in BlockingExecutor(name: "sleeper") }
        let released = CallCounter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for blocker in blockers {
                group.addTask {
                    await blocker.run { while released.count == 0 { usleep(1000) } }
                }
            }
            // Were they on the pool, which has a few threads, this would never come to its end.
            try await Task.sleep(for: .milliseconds(20))
            _ = released.next()
            try await group.waitForAll()
        }
    }

    @Test func closuresThrowAndReturn() async throws {
        let executor = BlockingExecutor(name: "closures")
        #expect(await executor.run { 42 } == 42)
        await #expect(throws: HostError.self) {
            try await executor.run { throw HostError(subject: "a", detail: "b") }
        }
    }

    @Test func theThreadEndsWithTheExecutor() async throws {
        let name = "ends-with-\(getpid() % 1000)"
        func threads() -> Int {
            KernelFile.names(in: "/proc/self/task").filter {
                KernelFile.value("/proc/self/task/\($0)/comm") == name
            }.count
        }
        do {
            let executor = BlockingExecutor(name: name)
            await executor.run {}
            #expect(threads() == 1)
        }
        #expect(try await eventually { threads() == 0 })
    }

    @Test func aClosureLearnsOfCancellation() async throws {
        let executor = BlockingExecutor(name: "cancelled")
        let (begun, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await executor.run { (checkCancellation: () throws -> Void) -> Void in
                continuation.finish()
                while true {
                    try checkCancellation()
                    usleep(1000)
                }
            }
        }
        for await _ in begun {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
