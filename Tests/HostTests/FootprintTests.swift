import Foundation
import Testing

@testable import Host

@Suite struct FootprintTests {
    @Test func proportionalMemoryIsRead() throws {
        let text = "55d0-7ffe ---p 00000000 00:00 0    [rollup]\nRss:    5000 kB\nPss:    1234 kB\nPss_Dirty:  7 kB\n"
        #expect(ProportionalMemory.parse(text) == 1234 << 10)
        #expect(ProportionalMemory.parse("Rss: 5 kB\n") == nil)
        let own = try #require(ProportionalMemory.read(process: getpid()))
        #expect(own > 1 << 20)
        #expect(ProportionalMemory.sum(of: [getpid(), 0]) != nil)
        // No process has this number.
        #expect(ProportionalMemory.sum(of: [Int32.max]) == nil)
    }

    @Test func availableMemoryIsRead() {
        #expect(AvailableMemory.parse("MemTotal: 100 kB\nMemAvailable:   77 kB\n") == 77 << 10)
        #expect((AvailableMemory.read() ?? 0) > 0)
    }

    @Test func mergingSettles() throws {
        let folder = NSTemporaryDirectory() + "benchrun-ksm-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(SamePageMerging.read(directory: folder) == SamePageMerging(isRunning: false))
        for (name, value) in [("run", "1"), ("full_scans", "9"), ("pages_sharing", "2000")] {
            try Data("\(value)\n".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        }
        let now = SamePageMerging.read(directory: folder)
        #expect(now == SamePageMerging(isRunning: true, scans: 9, sharing: 2000))
        #expect(!now.isSettled(since: SamePageMerging(isRunning: true, scans: 8, sharing: 2000)))
        #expect(!now.isSettled(since: SamePageMerging(isRunning: true, scans: 7, sharing: 1900)))
        #expect(now.isSettled(since: SamePageMerging(isRunning: true, scans: 7, sharing: 1995)))
        #expect(SamePageMerging(isRunning: false).isSettled(since: SamePageMerging(isRunning: false)))
    }

    @Test func allocatedBlocksAreCounted() throws {
        let folder = NSTemporaryDirectory() + "benchrun-disk-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/inner", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let empty = try #require(DiskUsage.allocated(folder))
        try Data(repeating: 1, count: 1 << 20).write(to: URL(filePath: folder + "/inner/file"))
        // A hole takes nothing.
        #expect(truncate(folder + "/inner/file", 1 << 30) == 0)
        let fd = open(folder + "/inner/file", O_RDONLY)
        fsync(fd)
        close(fd)
        let full = try #require(DiskUsage.allocated(folder))
        #expect(full >= empty + (1 << 20) && full < empty + (2 << 20))
        #expect(DiskUsage.allocated(folder + "/none") == nil)
    }
}
