import Glibc
import Testing

@testable import Host

@Suite("signals", .timeLimit(.minutes(1)))
struct SignalSourceTests {
    @Test func eachArrivalIsSeenInOrder() async throws {
        let (arrivals, continuation) = AsyncStream.makeStream(of: Int32.self)
        try SignalSource.install { continuation.yield($0) }
        defer { for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) } }
        var seen: [Int32] = []
        kill(getpid(), SIGINT)
        for await number in arrivals {
            seen.append(number)
            if seen.count == 4 { break }
            kill(getpid(), [SIGINT, SIGTERM, SIGHUP][seen.count - 1])
        }
        #expect(seen == [SIGINT, SIGINT, SIGTERM, SIGHUP])
        #expect(seen.map(SignalSource.name) == ["SIGINT", "SIGINT", "SIGTERM", "SIGHUP"])
        #expect(SignalSource.name(of: 10) == "signal 10")
    }

    @Test func childrenBlockAndIgnoreNothing() async throws {
        let status = try await HostCommand(["grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"]).check().output
        let masks = status.split(separator: "\n").compactMap { line in
            line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
        }
        // The C library ignores two of its own above the 31 standard ones.
        #expect(masks.map { $0 & 0x7fff_ffff } == [0, 0])
    }
}
