import BenchrunModel
import Foundation
import Testing

@testable import Host

@Suite("Counters of the host")
struct KernelStatisticsTests {
    private static let stat = """
        cpu  100 1 50 1000 20 3 4 5 0 0
        cpu0 60 0 30 500 10 1 2 2 0 0
        cpu1 40 1 20 500 10 2 2 3 7 0
        ctxt 12345
        processes 9

        """

    @Test func timesOfSomeCPUs() {
        let tick = KernelStatistics.tick
        #expect(
            KernelStatistics.times(of: [1], in: Self.stat) == [
                "cpu.user": 41 * tick, "cpu.system": 24 * tick, "cpu.idle": 510 * tick, "cpu.steal": 3 * tick,
            ]
        )
        #expect(KernelStatistics.times(of: [0, 1], in: Self.stat)["cpu.user"] == 101 * tick)
        #expect(KernelStatistics.times(of: [7], in: Self.stat).isEmpty)
        #expect(KernelStatistics.busy(in: Self.stat) == 158 * tick)
        #expect(KernelStatistics.switches(in: Self.stat) == 12345)
        #expect(KernelStatistics.busy(in: "") == nil && KernelStatistics.switches(in: "") == nil)
    }

    @Test func memoryNetworkAndPressure() {
        let memory = KernelStatistics.memory(in: "MemTotal: 9 kB\nCached: 2 kB\nDirty: 3 kB\nWriteback: 1 kB\n")
        #expect(memory == ["memory.page-cache": 2048, "memory.dirty": 4096])
        let devices = """
            Inter-|   Receive |  Transmit
             face |bytes packets errs drop fifo frame compressed multicast|bytes
                lo: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0
              eth0: 7 1 0 0 0 0 0 0 11 1 0 0 0 0 0 0

            """
        #expect(KernelStatistics.network(in: devices) == ["network.received": 7, "network.sent": 11])
        let pressure = "some avg10=0.00 avg60=0.00 avg300=0.00 total=42\nfull avg10=0.00 total=7\n"
        #expect(KernelStatistics.pressure(in: pressure) == 42)
        #expect(KernelStatistics.pressure(in: "") == nil)
    }

    @Test func blockDevices() throws {
        let disk = try #require(BlockDevice(path: "/sys/devices/pci0/virtio1/block/vda", isPartition: false))
        #expect(disk.disk == "vda" && disk.part == "vda")
        let part = try #require(BlockDevice(path: "/sys/devices/pci0/block/sda/sda2", isPartition: true))
        #expect(part.disk == "sda" && part.part == "sda2")
        let path = "/sys/devices/pci0/nvme/nvme0/nvme0n1/nvme0n1p2"
        let namespace = try #require(BlockDevice(path: path, isPartition: true))
        #expect(namespace.disk == "nvme0n1" && namespace.part == "nvme0n1p2")
        #expect(BlockDevice(path: "", isPartition: false) == nil && BlockDevice(path: "/x", isPartition: true) == nil)
        #expect(BlockDevice(under: "/proc") == nil)
        let old = BlockDevice.counters("1 2 3 4 5 6 7 8 9 10 11")
        #expect(
            old == ["io.read-operations": 1, "io.read": 1536, "io.write-operations": 5, "io.write": 3584]
        )
        #expect(BlockDevice.counters("1 0 1 0 1 0 1 0 0 0 0 0 0 0 0 6 0")["io.flushes"] == 6)
    }

    @Test func threadsByTheirName() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "threads-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let threads = [("1", "qemu", "10 1 5"), ("2", "CPU 0/TCG", "20 2 5"), ("3", "CPU 1/TCG", "30 3 5")]
        for (thread, name, times) in threads {
            let directory = folder.appending(path: thread)
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try Data("\(name)\n".utf8).write(to: directory.appending(path: "comm"))
            try Data("\(times)\n".utf8).write(to: directory.appending(path: "schedstat"))
        }
        let sums = ThreadTimes.read(directory: folder.path(percentEncoded: false)) { $0.hasPrefix("CPU") ? .vcpu : nil }
        #expect(sums == [Counter(.vcpu, "cpu"): 50, Counter(.vcpu, "run-delay"): 5])
        #expect(ThreadTimes.read(process: 0) { _ in .vcpu }.isEmpty)
    }

    @Test("Time spent here is seen here, and nowhere does a counter go back")
    func reality() throws {
        let counters = HostCounters(cpus: [0], directory: "/")
        let before = counters.begin()
        var sum: UInt64 = 0
        let until = RawClock.now() + 50_000_000
        while RawClock.now() < until { sum &+= 1 }
        let after = counters.end()
        let window = after.since(before)
        #expect(sum > 0)
        #expect(try #require(window[.host, "elapsed"]) >= 50_000_000)
        #expect(try #require(window[.benchrun, "cpu"]) >= 20_000_000)
        #expect(try #require(window[.host, "cpu"]) > 0)
        #expect(window[.cpus, "count"] == 1)
        #expect(window[.host, "context-switches"] != nil && window[.host, "memory.page-cache"] != nil)
    }
}
