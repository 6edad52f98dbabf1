import Analysis
import BenchrunModel
import Glibc
import Results
import TestSupport
import Testing

@testable import Reports

@Suite("report on disk")
struct ReportBuilderTests {
    private static let hostile = "a'b\"c\\d`id`$HOME@x|y<script>alert(1)</script>\n{/Bold z}_^&\u{301}"

    /// A run in which every text that comes from outside is hostile.
    static func hostileRun() -> SyntheticRun {
        var run = SyntheticRun(
            workloads: [
                .init(
                    name: hostile,
                    cases: [hostile],
                    metrics: [.init(name: hostile, unit: hostile, better: .lower, delta: 0.05)]
                )
            ],
            environments: ["native", hostile, "gone"]
        )
        run.manifest.suite = hostile
        run.manifest.warnings = [hostile]
        run.manifest.workloads[0].title = hostile
        run.manifest.host = [FactKey.cpuModel: hostile, FactKey.kernel: hostile]
        run.manifest.environments[1].spec.title = hostile
        run.manifest.environments[1].spec.options = [hostile: hostile]
        run.manifest.environments[1].attested = [FactKey.kernel: hostile, hostile: hostile]
        run.manifest.environments[0].attested = [FactKey.kernel: "6"]
        run.manifest.environments[2].unavailable = .init(reason: hostile, nextStep: hostile)
        for round in 1...6 {
            run.add(hostile, "native", round: round, 10 + Double(round) / 10, caseLabel: hostile)
            run.add(hostile, hostile, round: round, 11, caseLabel: hostile)
        }
        run.add(hostile, hostile, round: 7, nil, caseLabel: hostile, outcome: .failed, reason: hostile)
        return run
    }

    @Test("without gnuplot all else is written and the error says what to do")
    func withoutGnuplot() async throws {
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("results/r"))
        try SyntheticRun.suite().write(to: source)
        let report = try await ReportBuilder(searchPath: folder.path).build(
            runFolder: source,
            plotsFolder: folder.file("plots/r")
        )
        #expect(
            try #require(report.pictureError).description
                == "gnuplot: not found, so there are no pictures; the scripts and data are in \(folder.file("plots/r")); "
                + "install it with 'make setup', then run 'benchrun report' again"
        )
        for name in [
            "overhead.gp", "overhead.dat", "startup.gp", "startup.dat", "samples.gp", "samples.dat", "report.md",
            "report.html",
        ] {
            #expect(report.files.contains("\(folder.file("plots/r"))/\(name)"))
            #expect(try !folder.read("plots/r/\(name)").isEmpty)
        }
        let page = try folder.read("plots/r/report.html")
        #expect(page.contains("There is no picture: gnuplot was not found."))
        #expect(page.contains("<td class=\"number\">7.25×</td>"))
        #expect(!page.contains("{{"))
        let markdown = try folder.read("plots/r/report.md")
        #expect(markdown.contains("| sysbench-cpu | 4448 events/s | docker | +0.2 % |"))
        #expect(markdown.contains("Hodges-Lehmann"))
    }

    @Test("made twice, the files are the same")
    func deterministic() async throws {
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("r"))
        try SyntheticRun.suite().write(to: source)
        let builder = ReportBuilder(searchPath: "")
        _ = try await builder.build(runFolder: source, plotsFolder: folder.file("a"))
        _ = try await builder.build(runFolder: source, plotsFolder: folder.file("b"))
        for name in [
            "overhead.gp", "overhead.dat", "startup.gp", "samples.gp", "samples.dat", "report.md", "report.html",
        ] {
            #expect(try folder.read("a/\(name)") == folder.read("b/\(name)"))
        }
    }

    @Test("hostile texts stay texts")
    func hostileTexts() async throws {
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("r"))
        try Self.hostileRun().write(to: source)
        _ = try await ReportBuilder(searchPath: "").build(runFolder: source, plotsFolder: folder.file("p"))
        let page = try folder.read("p/report.html")
        #expect(!page.contains("<script"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        let markdown = try folder.read("p/report.md")
        #expect(!markdown.contains("<script"))
        #expect(markdown.contains("\\`id\\`"))
        for name in ["overhead", "samples"] {
            // Outside of literals and comments nothing of it is left.
            let script = try folder.read("p/\(name).gp")
            for line in script.split(separator: "\n") where !line.hasPrefix("#") {
                let code = line.split(separator: "'", omittingEmptySubsequences: false).enumerated()
                    .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
                #expect(!code.contains("`") && !code.contains("HOME") && !code.contains("alert"))
            }
            let data = try folder.read("p/\(name).dat")
            for line in data.split(separator: "\n") where !line.hasPrefix("#") {
                #expect(
                    line.split(separator: "\t", omittingEmptySubsequences: false).count == (name == "overhead" ? 10 : 9)
                )
            }
        }
    }

    @Test("a run without any sample still has a report")
    func empty() async throws {
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("r"))
        var run = SyntheticRun.suite()
        run.samples = []
        run.manifest.sessions[0].ending = .interrupted
        try run.write(to: source)
        let report = try await ReportBuilder(searchPath: "").build(runFolder: source, plotsFolder: folder.file("p"))
        #expect(report.analysis.results.allSatisfy { $0.absence == "not measured: the run was interrupted" })
        #expect(try folder.read("p/report.html").contains("no workload has a native value"))
    }

    @Test("a samples.csv that was cut off is reported with a warning")
    func cut() async throws {
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("r"))
        try SyntheticRun.suite().write(to: source)
        let bytes = try readFile(source.samples)
        try replaceFile(source.samples, with: Array(bytes.dropLast(20)))
        let report = try await ReportBuilder(searchPath: "").build(runFolder: source, plotsFolder: folder.file("p"))
        #expect(report.analysis.warnings.contains { $0.contains("is cut off and was left out; 'benchrun resume'") })
    }
}

@Suite("axes and marks")
struct PlotTests {
    @Test("the axis is symmetrical, grows, and its marks keep their distance")
    func scale() {
        #expect(OverheadScale.position(0) == 0)
        #expect(OverheadScale.position(-0.3) == -OverheadScale.position(0.3))
        let places = [-3.0, -0.1, -0.01, 0.01, 0.1, 3, 6].map(OverheadScale.position)
        #expect(places == places.sorted())
        let scale = OverheadScale([-0.05, 5.7])
        #expect(scale.lower < -0.05 && scale.upper > 5.7)
        let ticks = scale.ticks(length: 680, distance: 46)
        #expect(ticks.map(\.text).contains("0"))
        let span = OverheadScale.position(scale.upper) - OverheadScale.position(scale.lower)
        for (left, right) in zip(ticks, ticks.dropFirst()) {
            let distance = (OverheadScale.position(right.at) - OverheadScale.position(left.at)) / span * 680
            #expect(distance >= 46 - 1e-9)
        }
        #expect(OverheadScale([]).ticks(length: 100, distance: 17).count >= 3)
    }

    @Test("usual environments look the same in every run, others differ from them")
    func marks() {
        let marks = PlotMark.marks(["native", "crun", "podman", "docker", "lxc", "nspawn"])
        #expect(marks["docker"] == PlotMark.marks(["docker"])["docker"])
        #expect(Set(marks.values.map { "\($0.colour) \($0.point)" }).count == 6)
        #expect(PlotMark.marks((0..<40).map { "e\($0)" }).count == 40)
    }
}
