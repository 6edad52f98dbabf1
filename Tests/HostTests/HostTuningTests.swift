import BenchrunModel
import FoundationEssentials
import Testing

@testable import Host

@Suite("host preparation", .timeLimit(.minutes(1)))
struct HostTuningTests {
    private static let hugePages = "/sys/kernel/mm/transparent_hugepage/enabled"

    /// A directory with knobs like a host's of four CPUs on two cores.
    private func withKnobs(_ body: (String) async throws -> Void) async throws {
        try await withTemporaryDirectory { root in
            var files = [
                Self.hugePages: "[always] madvise never\n", "/sys/devices/system/cpu/intel_pstate/no_turbo": "0\n",
                "/proc/irq/7/smp_affinity_list": "0-3\n", "/proc/irq/8/smp_affinity_list": "0\n",
                "/proc/irq/9/smp_affinity_list": "3\n",
            ]
            for cpu in 0..<4 {
                let folder = "/sys/devices/system/cpu/cpu\(cpu)"
                files[folder + "/cpufreq/scaling_governor"] = cpu == 2 ? "performance\n" : "schedutil\n"
                files[folder + "/cpufreq/scaling_available_governors"] = "schedutil performance\n"
                files[folder + "/topology/thread_siblings_list"] = cpu < 2 ? "0-1\n" : "2-3\n"
                if cpu > 0 { files[folder + "/online"] = "1\n" }
            }
            for (path, content) in files {
                let folder = root + path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try write(content, to: root + path)
            }
            try await body(root)
        }
    }

    private func plan(_ root: String, measured: [Int] = [3], permitsOffline: Bool = true) -> HostTuning {
        let housekeeping = (0..<4).filter { !measured.contains($0) }
        return .plan(measured: measured, housekeeping: housekeeping, permitsOffline: permitsOffline, root: root)
    }

    private func value(_ path: String, _ root: String) -> String? { text(of: root + path)?.trimmed }

    @Test func thePlanIsWhatIsNotYetAsItShouldBe() async throws {
        try await withKnobs { root in
            let plan = plan(root)
            let knobs = plan.settings.map { "\($0.path.split(separator: "/").suffix(2).joined(separator: "/"))" }
            #expect(
                knobs == [
                    "cpufreq/scaling_governor", "cpufreq/scaling_governor", "cpufreq/scaling_governor",
                    "intel_pstate/no_turbo", "transparent_hugepage/enabled", "7/smp_affinity_list",
                    "9/smp_affinity_list", "cpu2/online",
                ]
            )
            #expect(plan.offline == [2])
            #expect(plan.uncontrolled.isEmpty)
            #expect(plan.settings.allSatisfy { HostSetting.isKnob($0.path) })
            #expect(plan.settings.first { $0.kind == .interrupt }?.after == "0,1,2")
            #expect(plan.settings.first { $0.kind == .hugePages }?.before == "always")
        }
    }

    @Test func whatCannotBeSetIsToldAsSuch() async throws {
        try await withKnobs { root in
            #expect(plan(root, permitsOffline: false).uncontrolled.first?.hasPrefix("SMT: CPU 2 stays online") == true)
            // The only CPUs that are left for benchrun are siblings.
            let narrow = HostTuning.plan(measured: [0, 2], housekeeping: [1, 3], permitsOffline: true, root: root)
            #expect(narrow.offline.isEmpty)
            #expect(
                narrow.uncontrolled == [
                    "SMT: CPU 1,3 stays online, because no other is left for benchrun; see '--cpus'"
                ]
            )
            let shared = HostTuning.plan(measured: [0], housekeeping: [0], permitsOffline: true, root: root)
            #expect(shared.uncontrolled.contains("interrupts: no CPU is left for them that is not measured"))
        }
        try await withTemporaryDirectory { root in
            #expect(
                plan(root).uncontrolled == [
                    "governor: no cpufreq here", "turbo: the kernel does not show it",
                    "transparent huge pages: this kernel has none", "interrupts: the kernel does not show them",
                ]
            )
            #expect(plan(root).settings.isEmpty)
        }
    }

    @Test func knobsAreTurnedAndTurnedBack() async throws {
        try await withKnobs { root in
            let ledger = try await Ledger(creating: runID("run-1"), in: root + "/state")
            let journal = TuningJournal(ledger, root: root)
            let outcome = try await journal.apply(plan(root))
            #expect(
                outcome.changed == [
                    "governor of 3 CPUs: schedutil to performance", "turbo: off",
                    "transparent huge pages: always to madvise", "2 interrupts moved to CPU 0,1,2",
                    "1 SMT sibling of measured CPUs taken offline",
                ]
            )
            #expect(outcome.uncontrolled.isEmpty)
            #expect(value(Self.hugePages, root) == "madvise")
            #expect(value("/sys/devices/system/cpu/cpu2/online", root) == "0")
            #expect(await ledger.entries.count == 8)
            // Kept outside: this knob is not what it was made to be any more, and nobody asked benchrun.
            try write("powersave\n", to: root + "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
            let (restored, failed) = await journal.restore()
            #expect(failed.isEmpty)
            #expect(restored.first == "/sys/devices/system/cpu/cpu2/online to '1'", "the last comes first")
            #expect(restored.last?.contains("cpu0/cpufreq/scaling_governor stays at 'powersave'") == true)
            #expect(value(Self.hugePages, root) == "always")
            #expect(value("/proc/irq/7/smp_affinity_list", root) == "0,1,2,3")
            #expect(value("/sys/devices/system/cpu/intel_pstate/no_turbo", root) == "0")
            #expect(await ledger.entries.isEmpty)
            #expect(await journal.restore() == ([], []))
            await ledger.close()
        }
    }

    @Test func aKnobThatCannotBeWrittenIsUncontrolled() async throws {
        try await withKnobs { root in
            var plan = plan(root)
            plan.settings = [
                HostSetting(kind: .interrupt, path: "/proc/irq/5/smp_affinity_list", before: "0", after: "1"),
                HostSetting(kind: .turbo, path: "/sys/devices/system/cpu/cpufreq/boost", before: "1", after: "0"),
            ]
            let ledger = try await Ledger(creating: runID("run-1"), in: root + "/state")
            let outcome = try await TuningJournal(ledger, root: root).apply(plan)
            #expect(outcome.changed.isEmpty)
            #expect(
                outcome.uncontrolled == [
                    "turbo: No such file or directory", "1 interrupt cannot be moved: No such file or directory",
                ]
            )
            await ledger.close()
        }
    }

    /// Sweeps the ledger of a run that was killed after it had turned its knobs.
    private func sweep(_ root: String, boot: String?, _ settings: [(String, String, String)]) async throws
        -> SweepReport
    {
        let state = root + "/state"
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        let dead = ProcessIdentity("999999999:1")
        var records = [LedgerRecord(action: .session, run: try runID("run-1"), boot: boot, writer: dead)]
        records += settings.map { path, before, after in
            LedgerRecord(action: .create, kind: "setting", name: path, detail: ["before": before, "after": after])
        }
        try write(
            try records.map { String(decoding: try $0.line, as: UTF8.self) }.joined(),
            to: state + "/run-1.ndjson"
        )
        try FileManager.default.createDirectory(atPath: root + "/groups", withIntermediateDirectories: true)
        let layout = try FakeControlGroups(root: root + "/groups").layout(v1: true, v2: true)
        let sweeper = Sweeper(allowedRoots: [], layout: layout, settingsRoot: root) { _, orphans in
            SweepReport(failed: orphans.map { "asked for \($0.name)" })
        }
        return await sweeper.sweep(try #require(await Ledger.all(in: state).first))
    }

    @Test func theNextStartTurnsBackWhatAKilledRunLeft() async throws {
        try await withKnobs { root in
            try write("always [madvise] never\n", to: root + Self.hugePages)
            let report = try await sweep(root, boot: nil, [(Self.hugePages, "always", "madvise")])
            #expect(report == SweepReport(restored: ["\(Self.hugePages) to 'always'"]))
            #expect(value(Self.hugePages, root) == "always")
            #expect(await Ledger.all(in: root + "/state").isEmpty)
        }
    }

    @Test func aKnobThatWasRecordedAndNotTurnedIsLeft() async throws {
        try await withKnobs { root in
            let report = try await sweep(root, boot: nil, [(Self.hugePages, "always", "madvise")])
            #expect(report == SweepReport())
            #expect(await Ledger.all(in: root + "/state").isEmpty)
        }
    }

    @Test func aRebootHasTurnedEverythingBack() async throws {
        try await withKnobs { root in
            try write("always [madvise] never\n", to: root + Self.hugePages)
            let report = try await sweep(root, boot: "another", [(Self.hugePages, "always", "madvise")])
            #expect(report == SweepReport())
            #expect(value(Self.hugePages, root) == "always [madvise] never")
            #expect(await Ledger.all(in: root + "/state").isEmpty)
        }
    }

    @Test func aJournalThatWasTamperedWithWritesNowhereElse() async throws {
        try await withKnobs { root in
            try write("kept", to: root + "/victim")
            let paths = ["/victim", "/sys/devices/system/cpu/cpu1/../../../../../victim", "/proc/irq/../../victim"]
            let report = try await sweep(root, boot: nil, paths.map { ($0, "gone", "kept") })
            #expect(report.failed.count == paths.count, "\(report)")
            #expect(text(of: root + "/victim") == "kept")
            #expect(await Ledger.all(in: root + "/state").first?.entries.count == paths.count)
        }
    }

    @Test(arguments: [
        ("/sys/devices/system/cpu/cpu12/online", true), ("/sys/devices/system/cpu/cpu/online", false),
        ("/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", true), ("/sys/devices/system/cpu/cpu1", false),
        ("/proc/irq/12/smp_affinity_list", true), ("/proc/irq/12/13/smp_affinity_list", false),
        ("/proc/irq/a/smp_affinity_list", false), ("/proc/irq/smp_affinity_list", false), ("", false),
        ("/sys/devices/system/cpu/cpufreq/boost", true), ("/etc/passwd", false),
    ])
    func knobs(path: String, isKnob: Bool) {
        #expect(HostSetting.isKnob(path) == isKnob)
    }

    @Test func valuesHaveOneForm() {
        #expect(HostSetting.canonical("always [madvise] never", path: Self.hugePages) == "madvise")
        #expect(HostSetting.canonical("0-2,5\n", path: "/proc/irq/1/smp_affinity_list") == "0,1,2,5")
        #expect(HostSetting.canonical(" 1\n", path: "/x/online") == "1")
    }
}
