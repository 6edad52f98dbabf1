import BenchrunModel
import Results
import TestSupport
import Testing

@testable import Import

@Suite("Files put together to a run")
struct ImportedRunTests {
    private func message(_ body: () throws -> ImportedRun) -> String {
        do {
            _ = try body()
            Issue.record("no error")
            return ""
        } catch {
            return "\(error)"
        }
    }

    private func csv(_ text: String, _ file: String = "a.csv") throws -> ForeignResults {
        try Fixture.read("workload,metric,value,unit\n" + text, as: .csv, file: file)
    }

    private func run(
        _ files: [(environment: String?, results: ForeignResults)],
        native: String? = nil,
        better: Better? = nil
    ) throws -> ImportedRun {
        try ImportedRun(
            files,
            native: native,
            better: better,
            run: try #require(Fixture.runID),
            version: "0.1.0",
            moment: 0
        )
    }

    @Test("hyperfine: each value is a value of its own; nothing of this host gets into the run")
    func hyperfine() throws {
        let run = try Fixture.run(["native": "hyperfine-native.json", "docker": "hyperfine-docker.json"])
        let manifest = run.manifest
        #expect(manifest.suite == "imported" && manifest.rounds == 10 && manifest.isUnpaired)
        #expect(manifest.host.isEmpty && manifest.imageDigest.isEmpty && manifest.limits.cpus.isEmpty)
        let files = ["hyperfine-native.json", "hyperfine-docker.json"]
        #expect(manifest.origin == RunOrigin(tool: "hyperfine", files: files, isPaired: false))
        #expect(manifest.environments.map(\.spec.name) == ["native", "docker"])
        #expect(manifest.environments.allSatisfy { $0.spec.driver == "imported" && $0.attested.isEmpty })
        #expect(manifest.workloads.count == 3 && manifest.workloads[1].cases == ["threads=1"])
        #expect(manifest.sessions.map(\.wallClock) == [1_767_322_245] && manifest.sessions[0].ending == .completed)
        #expect(run.samples.count == 60)
        #expect(run.samples.allSatisfy { $0.stage == .measured && $0.iteration == 1 && $0.session == 1 })
        #expect(run.samples.prefix(10).map(\.round) == Array(1...10))
        let failed = run.samples.filter { $0.outcome == .failed }
        #expect(failed.count == 1 && failed[0].value == nil && failed[0].reason == "exit status 2")
        #expect(failed[0].environment == "docker" && failed[0].round == 4)
    }

    @Test("Phoronix: --native renames a system, whose title keeps the name; facts go with it")
    func phoronix() throws {
        let run = try Fixture.run([nil: "phoronix.xml"], native: "Bare metal")
        #expect(run.manifest.environments.map(\.spec.name) == ["native", "KVM guest"])
        #expect(run.manifest.environments.map(\.spec.title) == ["Bare metal", ""])
        #expect(run.manifest.environments[0].attested[FactKey.cpuModel]?.hasPrefix("AMD Ryzen 5") == true)
        #expect(run.manifest.environments[1].attested[FactKey.cpuModel]?.hasPrefix("AMD EPYC-Milan") == true)
        #expect(run.manifest.host.isEmpty)
        // pgbench has two metrics, of which neither is the one to go by.
        let names = [
            "pts/compress-7zip-1.10.0", "pts/pgbench-1.13.0: TPS", "pts/pgbench-1.13.0: ms", "pts/build-gcc-1.3.0",
        ]
        #expect(run.manifest.workloads.map(\.name) == names)
        #expect(run.manifest.workloads[2].cases.count == 1)
        #expect(run.samples.count { $0.environment == "native" } == 16)
        #expect(run.samples.filter { $0.outcome == .failed }.map(\.workload) == ["pts/build-gcc-1.3.0"])
        #expect(run.manifest.warnings.contains { $0.contains("LINE_GRAPH") })
        // What a run keeps tells nobody's folders.
        let file = "/home/somebody/phoronix.xml"
        let placed = try self.run(
            [(nil, try ImportFormat.phoronix.read(try Fixture.bytes("phoronix.xml"), file: file))],
            native: "Bare metal"
        )
        #expect(placed.manifest.origin?.files == ["phoronix.xml"])
        #expect(!String(decoding: try RunJSON.encode(placed.manifest), as: UTF8.self).contains("somebody"))
    }

    @Test("CSV with rounds is paired, and its rounds and iterations are those of the file")
    func rounds() throws {
        let run = try Fixture.run([nil: "rounds.csv"])
        #expect(!run.manifest.isUnpaired && run.manifest.origin?.isPaired == true && run.manifest.rounds == 7)
        #expect(run.samples.count == 28)
        #expect(run.samples.filter { $0.environment == "native" }.prefix(3).map(\.iteration) == [1, 2, 1])
        // With a file without rounds beside it, none counts.
        let mixed = try Fixture.run([nil: "rounds.csv", "docker": "hyperfine-docker.json"])
        #expect(mixed.manifest.isUnpaired)
        #expect(mixed.manifest.warnings.contains { $0.hasPrefix("some of the imported values name their round") })
        let twice = "round,iteration,workload,metric,value\n1,1,w,m,2\n1,1,w,m,3\n"
        #expect(
            message { try self.run([(nil, try Fixture.read(twice, as: .csv, file: "native.csv"))]) }
                .contains("native.csv:3: expected one value for round 1, iteration 1 of 'w' in 'native' and found two")
        )
        let unnumbered = "round,workload,metric,value\n1,w,m,2\n1,w,m,3\n2,w,m,4\n"
        let counted = try self.run([(nil, try Fixture.read(unnumbered, as: .csv, file: "native.csv"))])
        #expect(counted.samples.map(\.iteration) == [1, 2, 1])
    }

    @Test("Metrics: the primary one of the format, else each its own workload")
    func metrics() throws {
        let fio = try Fixture.run(["native": "fio-native.json", "docker": "fio-docker.json"])
        #expect(fio.manifest.workloads.map(\.name) == ["randread"])
        #expect(fio.manifest.workloads[0].metrics.map(\.name) == ["iops", "bandwidth", "completion-latency"])
        // Figures of one job are of one execution.
        #expect(Set(fio.samples.map(\.cell)).count == 2)
        let perfkit = try Fixture.run(["native": "perfkit-native.json", "gcp": "perfkit-cloud.json"])
        #expect(
            perfkit.manifest.workloads.map(\.name) == [
                "iperf: Throughput", "iperf: End to End Runtime", "ping",
            ]
        )
        let google = try Fixture.run([
            "native": "google-benchmark-native.json", "docker": "google-benchmark-docker.json",
        ])
        #expect(google.manifest.workloads.map(\.name) == ["BM_StringCopy/1024", "BM_Sort/threads:2", "BM_Socket"])
        #expect(google.manifest.environments[1].attested["reported.cpus"] == "12")
    }

    @Test("--better judges what is not known, and nothing else")
    func better() throws {
        let results = try csv("w,m,1,points\nv,n,1,s\n")
        #expect(try run([("native", results)]).manifest.workloads.map { $0.metrics[0].better } == [.none, .lower])
        let judged = try run([("native", results)], better: .higher)
        #expect(judged.manifest.workloads.map { $0.metrics[0].better } == [.higher, .lower])
        #expect(judged.samples.map(\.better) == [.higher, .lower])
    }

    @Test("Names that do not go together are explained")
    func names() throws {
        let one = try csv("w,m,1,s\n", "one.csv")
        let two = try csv("w,m,2,s\n", "two.csv")
        #expect(try run([(nil, one)]).manifest.environments.map(\.spec.name) == ["one"])
        let renamed = try run([(nil, one), (nil, two)], native: "two")
        #expect(renamed.manifest.environments.map(\.spec.name) == ["native", "one"])
        #expect(try run([("x", one), ("x", two)]).samples.map(\.value) == [1, 2])
        #expect(
            message { try run([(nil, one), (nil, two)]) }
                == "--native: expected an environment called 'native' and found one, two; say with '--native NAME' "
                + "which of them the others are compared with"
        )
        #expect(message { try run([(nil, one)], native: "x") }.contains("--native: expected one of one and found 'x'"))
        #expect(
            message { try run([("native", one), ("b", two)], native: "b") }
                .contains("expected one environment to be native and found 'b', and one that is called so")
        )
        #expect(message { try run([("x", one), ("x", one)]) }.contains("one.csv: expected each file once in an"))
        let systems = try Fixture.results("phoronix.xml")
        #expect(
            message { try run([("x", systems)]) }
                .contains("expected values of one environment, to be called 'x', and found 2: Bare metal, KVM guest")
        )
    }

    @Test("Units and directions must agree between files")
    func units() throws {
        let seconds = try csv("w,m,1,s\n", "one.csv")
        let millis = try csv("w,m,1000,ms\n", "two.csv")
        #expect(
            message { try run([("native", seconds), ("b", millis)]) }
                == "two.csv:2: m of 'w': expected 's', lower is better, as in one.csv, and found 'ms', lower is "
                + "better; bring the files to one unit; values of two cannot be compared"
        )
    }

    @Test("Two workloads never become one by their names")
    func collision() throws {
        let results = try csv("w,m,1,s\nw,n,1,s\nw: m,o,1,s\n")
        #expect(message { try run([("native", results)]) }.contains("'w: m': expected one workload of this name"))
    }

    @Test("A run is written as a folder that reads back")
    func store() throws {
        let folder = try TemporaryFolder()
        let run = try Fixture.run(["native": "fio-native.json", "docker": "fio-docker.json"])
        let store = RunStore(results: folder.path + "/results", plots: folder.path + "/plots")
        let written = try run.write(to: store)
        #expect(store.runs() == [run.manifest.run])
        #expect(try written.loadManifest() == run.manifest)
        #expect(try SampleReader.all(path: written.samples) == run.samples)
    }
}
