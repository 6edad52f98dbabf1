import Analysis
import BenchrunModel
import Glibc
import Results
import Testing

@testable import Reports

@Suite("text reports")
struct TextTests {
    @Test(
        "overheads",
        arguments: [
            (0.0, "0.0 %"), (0.031, "+3.1 %"), (-0.05, "-5.0 %"), (0.0004, "0.0 %"), (0.1204, "+12 %"), (0.98, "+98 %"),
            (1.0, "2.00x"), (6.26, "7.26x"), (25.2, "26.2x"), (285.6, "287x"), (-0.9, "-90 %"), (1e9, "1.00e9x"),
        ]
    )
    func overheads(fraction: Double, expected: String) {
        #expect(Format.overhead(log1p(fraction)) == expected)
    }

    @Test(
        "values",
        arguments: [
            (4458.123, "events/s", "4458 events/s"), (31271, "MiB/s", "31271 MiB/s"), (0.0127, "s", "12.7 ms"),
            (3.587, "s", "3.59 s"), (0.0000007, "s", "700 ns"), (250, "s", "4 min 10 s"), (214, "ms", "214 ms"),
            (536_870_912, "B", "512 MiB"), (12, "1", "12"), (0, "s", "0 s"), (-0.002, "s", "-2 ms"),
            (1.5e13, "ops", "1.500e13 ops"), (0.00001234, "x", "1.234e-5 x"), (0.9996, "s", "1 s"),
            (66.5, "s", "66.5 s"),
        ]
    )
    func values(value: Double, unit: String, expected: String) {
        #expect(Format.value(value, unit: unit) == expected)
    }

    @Test("typographic signs are only signs")
    func typographic() {
        #expect(
            Format.typographic("-1.0 to +2x (-3) 4k-read 2026-01-02 fio-4k xz 7.2x")
                == "−1.0 to +2× (−3) 4k-read 2026-01-02 fio-4k xz 7.2×"
        )
    }

    @Test("a table is aligned, cut to the width, and has no trailing spaces")
    func table() {
        var table = TextTable([
            .init(title: "name"), .init(title: "value", alignment: .trailing), .init(title: "rest", sacrifice: 1),
        ])
        table.add([.init("漢字"), .init("1"), .init("x")])
        table.rows.append(.blank)
        table.add([.init("e\u{301}té"), .init("22", .bad), .init("")])
        #expect(
            table.lines(width: 80, colour: false) == [
                "name  value  rest", "────  ─────  ────", "漢字      1  x", "", "e\u{301}té      22",
            ]
        )
        #expect(
            table.lines(width: 14, colour: false) == [
                "name  value", "────  ─────", "漢字      1", "", "e\u{301}té      22",
            ]
        )
        #expect(table.lines(width: 80, colour: true)[4] == "e\u{301}té      \u{1B}[31m22\u{1B}[0m")
        var wide = TextTable([.init(title: "a"), .init(title: "b")])
        wide.add([.init(String(repeating: "x", count: 50)), .init("y")])
        #expect(wide.lines(width: 20, colour: false)[2] == String(repeating: "x", count: 16) + "…  y")
    }

    @Test("lines are wrapped at words")
    func wrap() {
        #expect(TextWidth.wrap("- one two three", to: 9, indent: 2) == ["- one two", "  three"])
        #expect(TextWidth.wrap("unbreakable", to: 4, indent: 2) == ["unbreakable"])
        #expect(TextWidth.wrap("", to: 4, indent: 2) == [])
    }

    @Test("the terminal's report, word for word")
    func snapshot() {
        var run = SyntheticRun(
            workloads: [.init(name: "sysbench-cpu"), .init(name: "fio", cases: ["size=4k"])],
            environments: ["native", "docker", "libvirt-kvm"]
        )
        run.manifest.environments[2].unavailable = .init(reason: "no /dev/kvm", nextStep: "enable it in the firmware")
        for round in 1...6 {
            run.add("sysbench-cpu", "native", round: round, 1000 + Double(round))
            run.add("sysbench-cpu", "docker", round: round, 990 + Double(round % 2))
            run.add("fio", "native", round: round, 500, caseLabel: "size=4k")
        }
        for round in 1...2 {
            run.add(
                "fio",
                "docker",
                round: round,
                nil,
                caseLabel: "size=4k",
                outcome: .failed,
                reason: "exit\u{1B}[2J 1"
            )
        }
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples)
        let text = TerminalReport(analysis: analysis, files: [("report", "plots/x/report.html")], width: 96).render()
        #expect(text == Self.expected)
        let narrow = TerminalReport(analysis: analysis, width: 60).render()
        #expect(narrow.split(separator: "\n").allSatisfy { TextWidth.of(String($0)) <= 60 })
        #expect(!text.contains("\u{1B}"))
        #expect(TerminalReport(analysis: analysis, colour: true).render().contains("\u{1B}[32mequivalent\u{1B}[0m"))
    }

    private static let expected = """
        Overhead against native
        run 20260102-030405-abcd, suite default, 6 of 6 rounds, 95 % intervals; more than 0 costs more

        workload                environment  overhead   95 % interval  verdict             needed
        ──────────────────────  ───────────  ────────  ──────────────  ──────────────────  ──────
        all 2 workloads         docker              -                  no figure
                                libvirt-kvm         -                  no figure

        sysbench-cpu            docker         +1.3 %  +1.0 to +1.6 %  equivalent          enough
          native 1004 events/s  libvirt-kvm         -                  not available

        fio size=4k             docker              -                  failed: exit?[2J 1
          native 500 events/s   libvirt-kvm         -                  not available

        docker: no figure over all workloads: fio without a round
        needed: rounds until the interval is likely to be ±2 % (or what the environment's file says);
        verdicts compare the interval with the smallest change that matters to the workload

        Noise floor
        - this host is not calibrated for these workloads: 'benchrun calibrate' measures how small a
          difference can be seen here

        Not available
        - libvirt-kvm: no /dev/kvm; enable it in the firmware

        Warnings
        - fio size=4k in docker has no value in 2 rounds (failed: exit?[2J 1); the run's folder keeps
          the output of failed samples, and log.ndjson the rest

        report  plots/x/report.html

        """
}
