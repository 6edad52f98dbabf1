import Analysis
import Statistics
import Testing

@testable import Reports

/// What people read: the terminal's table and the Markdown page.
@Suite("gate exports")
struct GateExportTests {
    @Test(
        "the whole answer in words",
        arguments: [
            ([], "no row was judged"), ([.pass], "pass, no regression in 1 row"),
            ([.pass, .improved], "improved in 1 of 2 rows, no regression (1 improved, 1 pass)"),
            ([.suspect, .inconclusive], "inconclusive, no answer for 2 of 2 rows (1 suspect, 1 inconclusive)"),
            (
                [.pass, .inconclusive, .regression, .pass],
                "regression in 1 of 4 rows (1 regression, 1 inconclusive, 2 pass)"
            ),
        ] as [([GateStatus], String)]
    )
    func outcome(statuses: [GateStatus], words: String) {
        #expect(GateWords.outcome(GateExample.report(statuses.map { GateExample.row($0) })) == words)
    }

    @Test("ratios beyond a number are none")
    func ratios() {
        #expect(GateWords.ratio(0) == 1)
        for bad in [nil, .nan, .infinity, -.infinity, 1e6, -1e6] as [Double?] { #expect(GateWords.ratio(bad) == nil) }
    }

    @Test("all that is known of a row; what is missing has no line")
    func details() {
        let report = GateExample.full
        #expect(
            GateWords.details(report.rows[0], in: report) == [
                "overhead changed by +7.1 % (95 % interval +5.0 to +9.0 %)",
                "overhead against native: +12 % before, +20 % now", "throughput: 100 MiB/s before, 93 MiB/s now",
                "p of no change or faster: 0.0012, 0.0048 after Holm", "smallest change that matters: 5.0 %",
                "the interval lies above 5 %, and Holm's p is under 2.5 %", "what differs between the runs:",
                "kernel.release: 6.1.0-30 before, 6.1.0-31 now",
            ]
        )
        let bare = GateExample.bare
        let smallest = "smallest change that matters: 5.0 %"
        #expect(GateWords.details(bare.rows[0], in: bare) == ["no change of overhead is known", smallest])
        #expect(
            GateWords.details(bare.rows[1], in: bare) == [
                "overhead changed by +3.0 % (no interval)", "overhead against native: none before, +20 % now",
                "throughput: none before, 93 MiB/s now", smallest,
            ]
        )
        #expect(GateWords.details(bare.rows[2], in: bare).count == 2)
    }

    @Test("the terminal's table, word for word")
    func text() {
        let text = GateText(report: GateExample.full, width: 100).render()
        #expect(text == Self.expectedText)
        let narrow = GateText(report: GateExample.full, width: 60).render()
        #expect(narrow.split(separator: "\n").dropLast().allSatisfy { TextWidth.of(String($0)) <= 60 })
        let coloured = GateText(report: GateExample.full, colour: true).render()
        #expect(coloured.contains("\u{1B}[31mregression\u{1B}[0m") && coloured.contains("\u{1B}[33msuspect\u{1B}[0m"))
        #expect(coloured.contains("\u{1B}[31mregression in 1 of 6 rows"))
    }

    @Test("the exit status is what benchrun ends with")
    func exitStatus() {
        let open = GateExample.report([GateExample.row(.inconclusive)])
        #expect(GateText(report: open).render().hasSuffix("no answer for 1 of 1 row; exit status 3\n"))
        #expect(GateText(report: open, exitStatus: 0).render().hasSuffix("no answer for 1 of 1 row; exit status 0\n"))
        #expect(
            GateText(report: GateExample.report([])).render() == """
                Regression gate
                20260102-030405-abcd against baseline main (run 20251224-180000-beef), two runs compared; 95 % intervals; more
                than 0 costs more

                no row was judged; exit status 0

                """
        )
    }

    @Test("nothing in a text commands the terminal or breaks its lines")
    func hostileText() {
        let text = GateText(report: GateExample.hostileReport).render()
        #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
        #expect(text.split(separator: "exit status").count == 2)
        let bare = GateText(report: GateExample.bare, width: 100).render()
        #expect(bare.contains("none      docker              -          -       -              -  inconclusive\n"))
        #expect(bare.contains("point     docker              -   93 MiB/s  +3.0 %              -  inconclusive\n"))
        #expect(!bare.contains("nan") && !bare.contains("inf ") && !bare.contains("?"))
    }

    @Test("the page for a pull request, word for word")
    func markdown() {
        #expect(GateMarkdown(report: GateExample.full).render() == Self.expectedMarkdown)
        #expect(
            GateMarkdown(report: GateExample.report([], warnings: ["a *warning*"])).render() == """
                ## benchrun: no row was judged

                20260102-030405-abcd against baseline main (run 20251224-180000-beef), two runs compared. More than 0 \
                costs more than before.

                ### Warnings

                - a \\*warning\\*

                """
        )
    }

    @Test("no name makes markup, cells or mentions")
    func hostileMarkdown() {
        let page = GateMarkdown(report: GateExample.hostileReport).render()
        var tags = page
        for known in ["<br>", "<details>", "</details>", "<summary>", "</summary>", "<!-- -->"] {
            tags = tags.replacing(known, with: "")
        }
        #expect(!tags.contains("<") && !tags.contains(">"))
        for line in page.split(separator: "\n") where line.hasPrefix("| ") {
            #expect(line.replacing("\\\\", with: "").replacing("\\|", with: "").count { $0 == "|" } == 7, "\(line)")
        }
        #expect(!page.contains("@z") && page.contains("\\`id\\`"))
        #expect(!page.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
        let bare = GateMarkdown(report: GateExample.bare).render()
        #expect(bare.contains("| none | docker | – | – | – | inconclusive |\n"))
        #expect(bare.contains("| point | docker | – | 93 MiB/s | +3.0 % (no interval) | inconclusive |\n"))
    }

    private static let expectedText = """
        Regression gate
        20260102-030405-abcd against baseline main (run 20251224-180000-beef), two runs compared; 95 %
        intervals; more than 0 costs more

        What can be seen here
        - fio size=4k: a difference under 2.1 % cannot be seen here in 6 rounds

        workload      environment       baseline      candidate  change   95 % interval  verdict
        ────────────  ───────────  ─────────────  ─────────────  ──────  ──────────────  ────────────
        fio size=4k   docker           100 MiB/s       93 MiB/s  +7.1 %  +5.0 to +9.0 %  regression
          ! the interval lies above 5 %, and Holm's p is under 2.5 %
                      podman           100 MiB/s       93 MiB/s  +1.0 %  -1.0 to +2.0 %  pass
        sysbench-cpu  docker       4458 events/s  4100 events/s  +8.0 %   +6.0 to +11 %  suspect
          ! above 5 %, but Holm's p is not under 2.5 %
                      podman           100 MiB/s       93 MiB/s  +3.0 %               -  inconclusive
          ! 2 rounds are too few for an interval
        xz            docker              3.59 s          3.1 s   -10 %   -12 to -8.0 %  improved
          ! the whole interval lies below -5 %
                      native           3.5 MiB/s     3.51 MiB/s  +0.3 %  -1.0 to +1.0 %  pass

        change: of the overhead against native, or natively of the value itself

        Differences between the runs
        - kernel.release: 6.1.0-30 before, 6.1.0-31 now

        Warnings
        - this host is not calibrated, so tau = 1 % is assumed

        regression in 1 of 6 rows (1 regression, 1 suspect, 1 inconclusive, 1 improved, 2 pass); exit status 1

        """

    private static let expectedMarkdown = """
        ## benchrun: regression in 1 of 6 rows (1 regression, 1 suspect, 1 inconclusive, 1 improved, 2 pass)

        20260102-030405-abcd against baseline main (run 20251224-180000-beef), two runs compared. More than 0 costs more \
        than before.

        | workload | environment | baseline | candidate | change of overhead (95 % interval) | verdict |
        |---|---|---:|---:|---:|---|
        | fio size=4k | docker | 100 MiB/s | 93 MiB/s | +7.1 % (+5.0 to +9.0 %) | **regression**<br>the interval lies above \
        5 %, and Holm's p is under 2.5 % |
        | sysbench-cpu | docker | 4458 events/s | 4100 events/s | +8.0 % (+6.0 to +11 %) | suspect<br>above 5 %, but Holm's \
        p is not under 2.5 % |
        | sysbench-cpu | podman | 100 MiB/s | 93 MiB/s | +3.0 % (no interval) | inconclusive<br>2 rounds are too few for an \
        interval |
        | xz | docker | 3.59 s | 3.1 s | −10 % (−12 to −8.0 %) | improved<br>the whole interval lies below -5 % |

        <details>
        <summary>2 rows without regression</summary>

        | workload | environment | baseline | candidate | change of overhead (95 % interval) | verdict |
        |---|---|---:|---:|---:|---|
        | fio size=4k | podman | 100 MiB/s | 93 MiB/s | +1.0 % (−1.0 to +2.0 %) | pass |
        | xz | native | 3.5 MiB/s | 3.51 MiB/s | +0.3 % (−1.0 to +1.0 %) | pass |

        Native has no overhead: it is judged by the value itself.

        </details>

        ### Differences between the runs

        - kernel.release: 6.1.0-30 before, 6.1.0-31 now

        ### Warnings

        - this host is not calibrated, so tau = 1 % is assumed

        ### What can be seen here

        - fio size=4k: a difference under 2.1 % cannot be seen here in 6 rounds

        """
}
