import Analysis
import BenchrunModel
import Glibc
import Results
import TestSupport
import Testing

@testable import Reports

/// Where gnuplot is looked for, and whether it is there.
enum InstalledGnuplot {
    static let searchPath = getenv("PATH").map { String(cString: $0) } ?? ""
    static let exists = searchPath.split(separator: ":").contains { access("\($0)/gnuplot", X_OK) == 0 }
}

/// Real pictures by the real gnuplot: needs the program and nothing else.
@Suite("gnuplot", .enabled(if: InstalledGnuplot.exists, "gnuplot is not installed; 'make setup' installs it"))
struct GnuplotTests {
    @Test("all pictures are drawn and are in the page")
    func pictures() async throws {
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("r"))
        try SyntheticRun.suite().write(to: source)
        let report = try await ReportBuilder(searchPath: InstalledGnuplot.searchPath).build(
            runFolder: source,
            plotsFolder: folder.file("p")
        )
        #expect(report.pictureError == nil)
        for name in ["overhead", "startup", "samples"] {
            #expect(try readFile(folder.file("p/\(name).png")).count > 40_000)
            #expect(try folder.read("p/\(name).svg").contains("</svg>"))
        }
        let page = try folder.read("p/report.html")
        #expect(page.ranges(of: "<svg ").count == 3)
        #expect(page.contains("id='overhead-gpPt5'"))
        // One use of its shape for each figure: 11 workloads, and one in the legend.
        let circles = try folder.read("p/samples.svg").ranges(of: "xlink:href='#gpPt6'").count
        #expect(circles == 11 * 6 + 1)
    }

    @Test("a picture has the colours of its environments")
    func colours() async throws {
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("r"))
        var run = SyntheticRun(workloads: [.init(name: "w")], environments: ["native", "docker", "podman"])
        for round in 1...6 {
            run.add("w", "native", round: round, 100 + Double(round))
            run.add("w", "docker", round: round, 99)
            run.add("w", "podman", round: round, 80)
        }
        try run.write(to: source)
        _ = try await ReportBuilder(searchPath: InstalledGnuplot.searchPath).build(
            runFolder: source,
            plotsFolder: folder.file("p")
        )
        let picture = try PNGPicture(readFile(folder.file("p/overhead.png")))
        #expect(picture.width == 2240)
        #expect(picture.height > 300)
        let colours = picture.colours()
        #expect(colours.count > 50)
        let marks = PlotMark.marks(["native", "docker", "podman"])
        for environment in ["docker", "podman"] {
            let mark = try #require(marks[environment])
            let colour = try #require(UInt32(mark.colour.dropFirst(), radix: 16))
            #expect(colours[colour, default: 0] > 200, "\(environment)")
        }
    }

    @Test("scripts with hostile texts run, and obey none of them")
    func hostile() async throws {
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("r"))
        var run = ReportBuilderTests.hostileRun()
        run.manifest.warnings = []
        run.manifest.host = [FactKey.cpuModel: "`touch \(folder.file("pwned"))` $(touch \(folder.file("pwned")))"]
        try run.write(to: source)
        let report = try await ReportBuilder(searchPath: InstalledGnuplot.searchPath).build(
            runFolder: source,
            plotsFolder: folder.file("p")
        )
        #expect(report.pictureError == nil)
        #expect(access(folder.file("pwned"), F_OK) != 0)
        let picture = try folder.read("p/overhead.svg")
        #expect(picture.contains("`touch"))
        #expect(!picture.contains("<script"))
        #expect(try folder.read("p/report.html").contains("<svg "))
    }

    @Test("pictures without any figure are drawn too")
    func empty() async throws {
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("r"))
        var run = SyntheticRun.suite(rounds: 2)
        run.samples.removeAll { $0.environment != "docker" }
        try run.write(to: source)
        let report = try await ReportBuilder(searchPath: InstalledGnuplot.searchPath).build(
            runFolder: source,
            plotsFolder: folder.file("p")
        )
        #expect(report.pictureError == nil)
    }
}
