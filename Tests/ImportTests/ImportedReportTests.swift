import Analysis
import BenchrunModel
import Glibc
import Import
import Reports
import Results
import Statistics
import TestSupport
import Testing

@Suite("Imported runs, analysed and reported")
struct ImportedReportTests {
    private func analysis(_ run: ImportedRun) -> RunAnalysis {
        RunAnalysis.of(run.manifest, samples: run.samples)
    }

    private func comparison(_ analysis: RunAnalysis, _ workload: String, _ environment: String) throws -> Comparison {
        let row = analysis.primary.first { $0.workload == workload && $0.environment == environment }
        return try #require(row?.comparison)
    }

    @Test("Without rounds, sides are independent samples: two-sample Hodges-Lehmann of the logarithms")
    func unpaired() throws {
        let run = try Fixture.run(["native": "hyperfine-native.json", "docker": "hyperfine-docker.json"])
        let analysis = analysis(run)
        let grep = "grep -r needle haystack"
        let comparison = try comparison(analysis, grep, "docker")
        #expect(comparison.pairs.isEmpty && comparison.unpaired == .init(native: 10, environment: 9))
        func logs(_ environment: String) -> [Double] {
            let own = run.samples.filter { $0.workload == grep && $0.environment == environment }
            return own.compactMap(\.value).map { log($0) }
        }
        let expected = try #require(
            HodgesLehmann.twoSample(baseline: logs("native"), candidate: logs("docker"), alpha: 0.05)
        )
        let estimate = try #require(comparison.estimate)
        #expect(estimate.value == expected.value)
        #expect(estimate.lower == expected.lower && estimate.upper == expected.upper)
        #expect(estimate.rounds == 9 && abs(estimate.overhead - 0.1) < 0.02)
        #expect(comparison.verdict == .slower && comparison.roundsNeeded == nil)
        #expect(analysis.failures.map(\.reason) == ["exit status 2"])
    }

    @Test("Where higher is better, the sign is turned: more than 0 is overhead")
    func direction() throws {
        let analysis = analysis(try Fixture.run([nil: "phoronix.xml"], native: "Bare metal"))
        let zip = try comparison(analysis, "pts/compress-7zip-1.10.0", "KVM guest")
        #expect(abs(try #require(zip.estimate).value - log(88123.0 / 81044)) < 0.002 && zip.verdict == .slower)
        let latency = try comparison(analysis, "pts/pgbench-1.13.0: ms", "KVM guest")
        #expect(abs(try #require(latency.estimate).value - log(36.0 / 31)) < 1e-9 && latency.verdict == .slower)
    }

    @Test("One value a side has an estimate and no interval; none has neither")
    func single() throws {
        let run = try Fixture.run(["native": "fio-native.json", "docker": "fio-docker.json"])
        let analysis = analysis(run)
        let comparison = try comparison(analysis, "randread", "docker")
        let estimate = try #require(comparison.estimate)
        #expect(abs(estimate.value - log(30505.494505 / 27450.549451)) < 1e-12)
        #expect(estimate.lower == nil && comparison.verdict == .inconclusive && comparison.leaning == .none)
        #expect(analysis.warnings.contains { $0.hasPrefix("all rows have too few values for a 95 % interval") })
        #expect(analysis.warnings.contains { $0.contains("it takes 4 values on each side") })
        let guest = self.analysis(try Fixture.run([nil: "phoronix.xml"], native: "Bare metal"))
        let build = try self.comparison(guest, "pts/build-gcc-1.3.0", "KVM guest")
        #expect(build.estimate == nil && build.verdict == .inconclusive)
        let rows = guest.primary.filter { $0.workload == "pts/build-gcc-1.3.0" }
        let row = try #require(rows.first { $0.environment == "KVM guest" })
        #expect(row.absence == "failed: the file has no value: the test failed on this system")
    }

    @Test("Values that are not above 0 have no logarithm, and are left out with a warning")
    func zero() throws {
        let text =
            "environment,workload,metric,value,unit\n"
            + "native,w,m,0,s\nnative,w,m,2,s\ndocker,w,m,3,s\ndocker,w,m,-1,s\n"
        let run = try ImportedRun(
            [(nil, try ImportFormat.csv.read(Array(text.utf8), file: "a.csv"))],
            run: try #require(Fixture.runID),
            version: "0",
            moment: 0
        )
        let analysis = analysis(run)
        let comparison = try comparison(analysis, "w", "docker")
        #expect(comparison.unpaired == .init(native: 1, environment: 1) && comparison.unusableRounds == [1, 2])
        #expect(abs(try #require(comparison.estimate).value - log(1.5)) < 1e-12)
        #expect(
            analysis.warnings.contains { $0.hasPrefix("w in docker: 2 values left out because a value is not above") }
        )
    }

    @Test("Rounds of a CSV are compared as pairs")
    func paired() throws {
        let analysis = analysis(try Fixture.run([nil: "rounds.csv"]))
        let comparison = try comparison(analysis, "syscalls", "gvisor")
        #expect(comparison.pairs.count == 7 && comparison.unpaired == nil)
        #expect(abs(try #require(comparison.estimate).overhead - 0.25) < 0.002 && comparison.verdict == .slower)
        #expect(analysis.suite.first?.estimate != nil)
        let text = TerminalReport(analysis: analysis).render()
        #expect(text.contains("7 rounds imported from CSV"), "\(text)")
        #expect(!text.contains("benchrun resume") && !text.contains("calibrate"))
    }

    @Test("The terminal's report labels an import, and claims no rounds")
    func terminal() throws {
        let run = try Fixture.run(["native": "hyperfine-native.json", "docker": "hyperfine-docker.json"])
        let analysis = analysis(run)
        #expect(analysis.origin == run.manifest.origin && analysis.guards.isEmpty)
        let text = TerminalReport(analysis: analysis, width: 120).render()
        let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            flat.contains(
                "this run was imported from hyperfine: its values belong to no rounds, so that environments are "
                    + "compared as independent samples (two-sample Hodges-Lehmann)"
            ),
            "\(text)"
        )
        #expect(flat.contains("imported from hyperfine without rounds, at most 10 values a series"))
        #expect(flat.contains("no figure over all workloads: it is taken inside rounds"))
        #expect(flat.contains("docker lacks 1 value (failed: exit status 2); the imported file says no more"))
        #expect(text.contains("values") && !text.contains("needed"))
        #expect(!text.contains("suite imported") && !text.contains("calibrate") && !text.contains("resume"))
    }

    @Test("The pages label an import: no image, limits, seed, rounds or guards are claimed")
    func pages() async throws {
        let folder = try TemporaryFolder()
        let run = try Fixture.run([nil: "phoronix.xml"], native: "Bare metal")
        let written = try run.write(to: RunStore(results: folder.path + "/results", plots: folder.path + "/plots"))
        let plotsFolder = folder.path + "/plots"
        let report = try await ReportBuilder(searchPath: "").build(runFolder: written, plotsFolder: plotsFolder)
        for path in [report.markdown, report.page] {
            let page = String(decoding: try readFile(path), as: UTF8.self)
            #expect(page.contains("Phoronix Test Suite v10.8.4 measured these values, and benchrun imported them"))
            #expect(page.contains("two-sample Hodges-Lehmann"))
            #expect(page.contains("phoronix.xml"))
            #expect(page.contains("What the imported files say about the environments"))
            for claim in [
                "Latin squares", "The same bytes", "Every instance", "housekeeping", "Seed", "0 CPUs",
                "page caches are warm", "benchrun run", "Guards", "calibrate", "suite imported",
            ] {
                #expect(!page.contains(claim), "\(path): \(claim)")
            }
        }
        let page = String(decoding: try readFile(report.markdown), as: UTF8.self)
        #expect(page.contains("| verdict | values | needed |"))
        // What the systems say about themselves is compared.
        #expect(page.contains("KVM guest differs from native in the CPU model: AMD EPYC-Milan"))
        let scripts = report.files.filter { $0.hasSuffix(".gp") }
        let plots = try scripts.map { String(decoding: try readFile($0), as: UTF8.self) }
        #expect(plots.contains { $0.contains("Every value") } && plots.allSatisfy { !$0.contains("0 CPUs") })
    }

    @Test("Every fixture becomes a run with a report")
    func everything() throws {
        let runs = [
            try Fixture.run(["native": "perfkit-native.json", "gcp": "perfkit-cloud.json"]),
            try Fixture.run(["native": "google-benchmark-native.json", "docker": "google-benchmark-docker.json"]),
            try Fixture.run([nil: "tidy.csv"], native: "bare metal"),
            try Fixture.run([nil: "fio-native.json"]),
        ]
        for run in runs {
            let text = TerminalReport(analysis: analysis(run), width: 100).render()
            #expect(text.contains("this run was imported from"), "\(text)")
        }
        let google = analysis(runs[1])
        #expect(try comparison(google, "BM_StringCopy/1024", "docker").verdict == .slower)
        #expect(google.warnings.contains { $0.hasPrefix("repetitions of google/benchmark are of one process") })
        #expect(try comparison(analysis(runs[2]), "serve", "container").verdict != .faster)
        #expect(analysis(runs[3]).warnings.contains { $0.hasPrefix("no environment is native") })
    }
}
