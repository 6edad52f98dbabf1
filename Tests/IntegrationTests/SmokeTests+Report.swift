import BenchrunModel
import Foundation
import Host
import Results
import Testing

/// Pictures, scripts and pages of a smoke run.
extension IntegrationTests.SmokeTests {
    static let plots = ["overhead", "startup", "samples"]

    @Test(arguments: plots)
    func picturesAreNotBlank(_ plot: String) throws {
        try Self.expectPicture(try run.report + "/\(plot)")
    }

    @Test(arguments: plots)
    func scriptsRenderWithoutBenchrun(_ plot: String) async throws {
        let copy = run.sandbox.directory + "/copy-\(plot)"
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        for file in ["\(plot).gp", "\(plot).dat"] {
            try FileManager.default.copyItem(atPath: try run.report + "/" + file, toPath: copy + "/" + file)
        }
        // No variable of benchrun's and no other file: what a user has who was sent two files.
        try await HostCommand(
            ["env", "-i", "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "gnuplot", "\(plot).gp"],
            directory: copy
        ).check()
        try Self.expectPicture("\(copy)/\(plot)")
        #expect(try String(contentsOfFile: "\(copy)/\(plot).svg", encoding: .utf8) == (try run.text("\(plot).svg")))
        #expect(
            FileManager.default.contentsEqual(
                atPath: "\(copy)/\(plot).png",
                andPath: try run.report + "/\(plot).png"
            )
        )
    }

    @Test func picturesDiffer() throws {
        let pictures = try Self.plots.map { try Data(contentsOf: URL(filePath: run.report + "/\($0).png")) }
        #expect(Set(pictures).count == Self.plots.count)
    }

    /// What the other tests rely on: a picture without anything on it is told from one with something.
    @Test func blankPicturesAreSeen() async throws {
        let picture = run.sandbox.directory + "/blank.png"
        let script = [
            "set terminal pngcairo size 400,300", "set output '\(picture)'", "set multiplot", "unset multiplot",
        ]
        try await HostCommand(["gnuplot", "-e", script.joined(separator: "; ")]).check()
        let blank = try PNG(contentsOf: picture)
        #expect(blank.width == 400 && blank.height == 300 && blank.pixels.count == 400 * 300)
        #expect(blank.colours == 1 && blank.inked == 0)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: picture)))
        try Data(bytes.dropLast(40)).write(to: URL(filePath: picture))
        #expect(throws: Unexpected.self) { try PNG(contentsOf: picture) }
    }

    @Test func vectorsNameWhatTheyShow() throws {
        let overhead = try run.text("overhead.svg")
        for text in ["sysbench-cpu", "fio-randwrite-fsync", "docker", "podman", "libvirt-tcg"] {
            #expect(overhead.contains(text), "\(text)")
        }
        let startup = try run.text("startup.svg")
        for environment in Self.environments { #expect(startup.contains(environment), "\(environment)") }
    }

    @Test func pageLoadsNothing() throws {
        let page = try run.text("report.html")
        #expect(page.hasPrefix("<!DOCTYPE html>"))
        // A namespace is a name, not an address that is loaded.
        let loads = page.matches(of: #/(?i)\b(src|href|action|data|poster|srcset)\s*=\s*["']?\s*(?!#)[^"'\s>]*/#)
        #expect(loads.isEmpty, "\(loads.map(\.output.0))")
        #expect(page.matches(of: #/(?i)url\(\s*["']?(?!#)/#).isEmpty)
        #expect(page.matches(of: #/(?i)@import|<script|<link|<iframe|<object|<embed/#).isEmpty)
        let addresses = Set(page.matches(of: #/https?:\/\/[^"'\s<]*/#).map { String($0.output) })
        #expect(addresses.isSubset(of: ["http://www.w3.org/1999/xlink", "http://www.w3.org/2000/svg"]), "\(addresses)")
        #expect(page.matches(of: #/<svg /#).count == Self.plots.count, "pictures are in the page itself")
        #expect(page.contains("prefers-color-scheme"))
    }

    @Test func pagesCarryTheFigures() throws {
        let manifest = try run.manifest
        for text in [try run.text("report.md"), try run.text("report.html")] {
            #expect(text.contains(manifest.run.text))
            for workload in manifest.workloads { #expect(text.contains(workload.name)) }
            for environment in Self.environments { #expect(text.contains(environment)) }
            #expect(text.contains("\(SmokeRun.seed)"), "the seed is what repeats the order")
            // Two rounds give no interval at 95 %, and so no verdict.
            #expect(text.contains("inconclusive"))
        }
        for plot in Self.plots { #expect(try run.text("report.md").contains("](\(plot).svg)")) }
    }

    @Test func reportComesFromTheFolderAlone() async throws {
        let manifest = try run.manifest
        let elsewhere = run.sandbox.directory + "/elsewhere"
        defer { try? FileManager.default.removeItem(atPath: elsewhere) }
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
        let copy = "\(elsewhere)/\(manifest.run)"
        try FileManager.default.copyItem(atPath: run.sandbox.onlyRun().path, toPath: copy)
        // A place without benchmark files, state or cache.
        let again = try await Invocation.run(
            [Machine.benchrun, "report", copy, "--plots", elsewhere + "/plots"],
            in: run.sandbox,
            environment: ["XDG_CACHE_HOME": elsewhere + "/cache", "XDG_STATE_HOME": elsewhere + "/state"],
            directory: elsewhere
        )
        #expect(again.status == 0, "\(again.errors)")
        let folder = "\(elsewhere)/plots/\(manifest.run)"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(files == (try FileManager.default.contentsOfDirectory(atPath: run.report).sorted()))
        #expect(files.contains("report.md") && files.contains("report.html"))
        for file in files {
            #expect(
                FileManager.default.contentsEqual(atPath: "\(folder)/\(file)", andPath: try run.report + "/" + file),
                "\(file)"
            )
        }
        // The answer is the same table; only the places of the files differ.
        let table = { (text: String) in text.split(separator: "\n").filter { !$0.contains(run.sandbox.directory) } }
        #expect(table(again.output) == table(run.invocation.output))
    }

    /// A picture in both forms: something is on it, and not just a frame.
    private static func expectPicture(_ path: String) throws {
        let picture = try PNG(contentsOf: path + ".png")
        #expect(picture.width >= 400 && picture.height >= 200)
        #expect(picture.colours >= 8, "\(picture.colours) colours")
        #expect((0.002...0.7).contains(picture.inked), "\(picture.inked) of the pixels are not background")
        let vector = try String(contentsOfFile: path + ".svg", encoding: .utf8)
        #expect(vector.contains("<svg") && vector.contains("</svg>"))
        #expect(vector.matches(of: #/<(path|polygon|rect|text|use)\b/#).count > 20)
    }
}
