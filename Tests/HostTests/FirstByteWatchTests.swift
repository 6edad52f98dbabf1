import Foundation
import Host
import Testing

@Suite struct FirstByteWatchTests {
    @Test func theFirstByteIsSeenWhenItComes() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/console"
            try write("", to: path)
            let watch = try #require(FirstByteWatch(path))
            defer { watch.stop() }
            // To open and cut it is a change, but no byte.
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.truncate(atOffset: 0)
            try await Task.sleep(for: .milliseconds(30))
            #expect(watch.time == nil)
            let before = RawClock.now()
            try file.write(contentsOf: Data("L".utf8))
            #expect(try await eventually { watch.time != nil })
            let seen = try #require(watch.time)
            #expect(seen >= before && seen <= RawClock.now())
            try file.write(contentsOf: Data("inux".utf8))
            #expect(watch.time == seen)
        }
    }

    @Test func stoppingEndsIt() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/console"
            try write("", to: path)
            let watch = try #require(FirstByteWatch(path))
            watch.stop()
            watch.stop()
            #expect(watch.time == nil)
            #expect(FirstByteWatch(directory + "/missing") == nil)
        }
    }
}
