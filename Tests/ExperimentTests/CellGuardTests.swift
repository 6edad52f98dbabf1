import BenchrunModel
import Testing

@Suite("Guards of a cell")
struct CellGuardTests {
    /// One second on one CPU in which nothing was wrong.
    private static let clean: Counters = [
        Counter(.host, "elapsed"): 1_000_000_000, Counter(.cpus, "count"): 1, Counter(.cpus, "cpu.steal"): 0,
        Counter(.cpus, "cpu.user"): 900_000_000, Counter(.instance, "cpu.user-ticks"): 900_000_000,
        Counter(.instance, "throttled-time"): 200_000, Counter(.instance, "throttled-periods"): 2,
        Counter(.clock, "elapsed"): 1_000_000_000, Counter(.clock, "inside"): 1_000_050_000,
        Counter(.clock, "round-trip"): 400_000,
        Counter(.device, "io.read"): 100 << 20, Counter(.work, "read"): 100 << 20,
        Counter(.device, "io.write"): 150 << 20, Counter(.work, "written"): 100 << 20,
        Counter(.device, "io.flushes"): 90, Counter(.device, "io.write-operations"): 200, Counter(.work, "syncs"): 100,
    ]

    private func findings(_ changes: Counters, without missing: Counter...) -> [CellGuards.Finding] {
        var window = Self.clean.merging(changes) { $1 }
        for counter in missing { window[counter] = nil }
        return CellGuards.findings(CellShares(window))
    }

    @Test("Nothing fires where nothing is wrong, nor where nothing was read")
    func clean() {
        #expect(findings([:]).isEmpty)
        #expect(CellGuards.findings(CellShares([:])).isEmpty)
    }

    @Test(
        "Each fault raises its flag, and only that",
        arguments: [
            (CellFlag.steal, false, Counter(.cpus, "cpu.steal"), UInt64(20_000_000)),
            (.steal, true, Counter(.cpus, "cpu.steal"), 40_000_000),
            (.steal, true, Counter(.inside, "cpu.steal"), 40_000_000),
            (.runDelay, false, Counter(.vcpu, "run-delay"), 7_000_000),
            (.runDelay, true, Counter(.vcpu, "run-delay"), 22_000_000),
            (.busyCPU, false, Counter(.cpus, "cpu.user"), 926_000_000),
            (.busyCPU, true, Counter(.cpus, "cpu.user"), 960_000_000),
            (.throttled, true, Counter(.instance, "throttled-time"), 16_000_000),
            (.clock, false, Counter(.clock, "inside"), 1_002_000_000),
            (.clock, false, Counter(.clock, "inside"), 998_000_000),
            (.cached, false, Counter(.device, "io.read"), 40 << 20),
            (.notDurable, false, Counter(.device, "io.write"), 0),
            (.notDurable, false, Counter(.work, "syncs"), 1000),
        ]
    )
    func faults(flag: CellFlag, isInvalid: Bool, counter: Counter, value: UInt64) throws {
        let found = findings([counter: value])
        #expect(found.map(\.flag) == [flag])
        #expect(found.map(\.isInvalid) == [isInvalid])
        #expect(try #require(found.first).sentence.contains(";") || flag == .clock)
    }

    @Test("What the kernel rounds is no fault")
    func rounding() {
        // One tick of steal may be a remainder from before; two of user time are one at each end.
        #expect(findings([Counter(.cpus, "cpu.steal"): 10_000_000]).isEmpty)
        #expect(findings([Counter(.cpus, "cpu.user"): 920_000_000]).isEmpty)
        #expect(findings([Counter(.instance, "throttled-time"): 9_000_000]).isEmpty)
        #expect(findings([Counter(.vcpu, "run-delay"): 900_000, Counter(.host, "elapsed"): 10_000_000]).isEmpty)
        // Without ticks of the group, its user time is an estimate.
        let ticks = Counter(.instance, "cpu.user-ticks")
        let estimated: Counters = [Counter(.instance, "cpu.user"): 860_000_000]
        #expect(findings(estimated, without: ticks).isEmpty)
        #expect(
            findings([Counter(.instance, "cpu.user"): 700_000_000], without: ticks).map(\.flag) == [.busyCPU]
        )
    }

    @Test("A slow answer hides a clock's error, and the host's own clock has none")
    func clock() {
        let fast: Counters = [Counter(.clock, "inside"): 1_002_000_000]
        #expect(findings(fast.merging([Counter(.clock, "round-trip"): 3_000_000]) { $1 }).isEmpty)
        #expect(findings(fast, without: Counter(.clock, "elapsed")).isEmpty)
    }

    @Test("A guest's group covers other CPUs, so that only its run delay counts")
    func guests() {
        let guest: Counters = [
            Counter(.vcpu, "run-delay"): 1_000_000, Counter(.instance, "cpu.user-ticks"): 100_000_000,
        ]
        #expect(findings(guest).isEmpty)
    }

    @Test("Less than a mebibyte claimed is not worth comparing")
    func littleClaimed() {
        #expect(
            findings([Counter(.work, "written"): 4096, Counter(.device, "io.write"): 0]).isEmpty
        )
    }

    @Test("Between two readings: counters by their difference, gauges as they are, what went back not at all")
    func windows() {
        let before: Counters = [
            Counter(.host, "cpu"): 5, Counter(.device, "io.read"): 9, Counter(.instance, "memory.used"): 7,
        ]
        let after: Counters = [
            Counter(.host, "cpu"): 8, Counter(.device, "io.read"): 3, Counter(.instance, "memory.used"): 2,
            Counter(.perf, "cycles"): 1,
        ]
        #expect(after.since(before) == [Counter(.host, "cpu"): 3, Counter(.instance, "memory.used"): 2])
    }

    @Test("Every figure has a unit")
    func units() {
        #expect(Counter(.host, "cpu").unit == "ns" && Counter(.host, "pressure.io").unit == "us")
        #expect(Counter(.device, "io.write").unit == "B" && Counter(.device, "io.flushes").unit == "1")
        #expect(Counter(.domain, "block.1.wr.bytes").unit == "B" && Counter(.domain, "vcpu.0.time").unit == "ns")
        #expect(Counter(.domain, "block.1.wr.reqs").unit == "1" && Counter(.work, "operations").unit == "1")
        #expect(Counter(.work, "read").unit == "B" && Counter(.inside, "memory.faults").unit == "1")
    }
}
