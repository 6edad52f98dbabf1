import BenchrunModel
import Testing

@testable import Experiment

@Suite struct BootSplitTests {
    private static let log = """
        [    0.000000] Linux version 6.1.0 (someone@somewhere)
        [    0.813377] Run /init as init process
        [    1.500000] virtio_blk virtio1: [vda] 606208 512-byte logical blocks
        [    1.900250] benchrun: agent: raw 1850250000
        """

    @Test func clocksAreBroughtTogether() throws {
        // The raw clock began 0.05 s after the log's; the guest's raw clock began at 10 s of the host's.
        let split = try #require(
            BootSplit(
                KernelLog(Self.log),
                kernelAt: 9_990_000_000,
                agentStartedAt: 1_840_000_000,
                hostClock: 12_500_000_000,
                guestClock: 2_500_000_000
            )
        )
        #expect(split.initialAt == 10_763_377_000)
        #expect(split.agentAt == 11_840_000_000)
        let phases = split.phases(startedAt: 9_200_000_000, greetedAt: 11_900_000_000)
        #expect(phases.count == 4)
        #expect(abs((phases[.firmware] ?? 0) - 0.79) < 1e-9)
        #expect(abs((phases[.kernel] ?? 0) - 0.773377) < 1e-9)
        #expect(abs((phases[.initial] ?? 0) - 1.076623) < 1e-9)
        #expect(abs((phases[.agent] ?? 0) - 0.06) < 1e-9)
        #expect(abs(phases.values.reduce(0, +) - 2.7) < 1e-9)
    }

    @Test func aPhaseThatBeganBeforeTheStartReturnedIsCutNotNegative() throws {
        let split = try #require(
            BootSplit(
                KernelLog(Self.log),
                kernelAt: 9_990_000_000,
                agentStartedAt: 1_840_000_000,
                hostClock: 12_500_000_000,
                guestClock: 2_500_000_000
            )
        )
        let phases = split.phases(startedAt: 10_000_000_000, greetedAt: 11_000_000_000)
        #expect(phases[.firmware] == 0 && phases[.agent] == 0)
        #expect(abs(phases.values.reduce(0, +) - 1) < 1e-9)
    }

    @Test(
        arguments: [
            "", "[    0.813377] Run /init as init process", "[    1.900250] benchrun: agent: raw 1850250000",
            "[    0.813377] Run /init as init process\n[ 1.9] benchrun: agent: raw 1",
            "[    0.813377] Run /init as init process\n[    1.900250] benchrun: agent: raw 99999999999999999999",
            "[99999999999999999999.000000] Run /init\n[-1.000000] benchrun: agent: raw 5\n]]][[[\n[",
            // Of a log in another order than a boot's.
            "[    9.000000] Run /init as init process\n[    1.900250] benchrun: agent: raw 1850250000",
        ]
    )
    func aLogThatDoesNotTellGivesNothing(_ log: String) {
        let split = BootSplit(
            KernelLog(log),
            kernelAt: 9_990_000_000,
            agentStartedAt: 1_840_000_000,
            hostClock: 12_500_000_000,
            guestClock: 2_500_000_000
        )
        #expect(split == nil)
    }
}
