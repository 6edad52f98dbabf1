import BenchrunModel
import Glibc
import Results
import TestSupport
import Testing

@Suite("run folders")
struct RunStoreTests {
    @Test("a manifest reads back as it was written, keys sorted")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        var run = SyntheticRun.suite()
        run.manifest.seed = .max
        let target = RunFolder(path: folder.file("results/a/"))
        try run.write(to: target)
        #expect(try target.loadManifest() == run.manifest)
        let text = try folder.read("results/a/run.json")
        #expect(text.hasSuffix("}\n"))
        #expect(text.contains("\"seed\" : 18446744073709551615"))
        let benchrun = try #require(text.firstRange(of: "\"benchrunVersion\""))
        let workloads = try #require(text.firstRange(of: "\"workloads\""))
        #expect(benchrun.lowerBound < workloads.lowerBound)
    }

    @Test("what is wrong with a manifest is said with its place")
    func broken() throws {
        let folder = try TemporaryFolder()
        func problem(_ text: String) throws -> String {
            _ = try folder.write("run.json", text)
            let error = #expect(throws: ResultsError.self) { try RunFolder(path: folder.path).loadManifest() }
            return try #require(error).description.replacing(folder.path + "/", with: "")
        }
        #expect(try problem("{").hasPrefix("run.json: not valid JSON; "))
        #expect(try problem("{}").hasPrefix("run.json: the file lacks 'schema'; "))
        #expect(
            try problem("{\"schema\": 99}")
                == "run.json: schema 99 is later than 1, the last one known here; use the benchrun that made it, or a "
                + "later one"
        )
        #expect(try problem("{\"schema\": 1, \"run\": \"../x\"}").contains("'run': not a run id"))
        unlink(folder.file("run.json"))
        let error = #expect(throws: ResultsError.self) { try RunFolder(path: folder.path).loadManifest() }
        #expect(try #require(error).description.contains("run.json: no such file or directory; list the runs"))
    }

    @Test("runs are listed oldest first and found by id, path and 'latest'")
    func finds() throws {
        let folder = try TemporaryFolder()
        let store = RunStore(results: folder.path, plots: folder.file("plots"))
        #expect(store.runs().isEmpty)
        #expect(throws: ResultsError.self) { try store.find("latest") }
        for name in ["20260102-030405-abcd", "20251231-235959-ffff", "zz-by-hand"] {
            try SyntheticRun(run: name, workloads: []).write(to: RunFolder(path: folder.file(name)))
        }
        try RunFolder(path: folder.file("20270101-000000-none")).create()
        #expect(store.runs().map(\.text) == ["zz-by-hand", "20251231-235959-ffff", "20260102-030405-abcd"])
        #expect(try store.find("latest").path == folder.file("20260102-030405-abcd"))
        #expect(try store.find("zz-by-hand").path == folder.file("zz-by-hand"))
        #expect(try store.find(folder.file("zz-by-hand/")).path == folder.file("zz-by-hand"))
        let error = #expect(throws: ResultsError.self) { try store.find("nope\u{1B}[2J") }
        #expect(try #require(error).description.hasPrefix("nope?[2J: no such run in"))
    }
}

@Suite("redaction")
struct RedactionTests {
    private let redaction = Redaction(
        users: ["ada", "root"],
        hosts: ["lovelace"],
        homes: ["/srv/people/ada", "/root"]
    )

    @Test(
        "names and home paths go, other words stay",
        arguments: [
            ("by ada on lovelace", "by <user> on <host>"), ("lovelace.example.org", "<host>.example.org"),
            ("/srv/people/ada/x", "~/x"), ("/home/grace/y and /root/z", "~/y and ~/z"), ("file:/root", "file:~"),
            ("'/mnt/a/.cache/benchrun/docker' is", "'…/benchrun/docker' is"), ("/opt/benchrun", "/opt/benchrun"),
            ("Nevada, adapter, my_ada", "Nevada, adapter, my_ada"), ("/rootfs and /var/root", "/rootfs and /var/root"),
            ("ada", "<user>"), ("", ""),
        ]
    )
    func texts(text: String, expected: String) {
        #expect(redaction.text(text) == expected)
    }

    @Test("a kernel command line keeps only what explains figures")
    func commandLine() {
        #expect(
            redaction.kernelCommandLine("BOOT_IMAGE=/vmlinuz root=UUID=1-2 ro mitigations=off isolcpus=1 ip=10.0.0.1:x")
                == "ro mitigations=off isolcpus=1 …"
        )
    }

    @Test("a manifest is redacted everywhere but in the names its samples use")
    func manifest() throws {
        var run = SyntheticRun(workloads: [.init(name: "ada")], environments: ["native", "lovelace"])
        run.manifest.host = ["kernel.cmdline": "root=/dev/sda1 quiet", "note": "lovelace:/home/ada/src"]
        run.manifest.environments[1].unavailable = .init(reason: "ada may not", nextStep: "ask root@lovelace")
        run.manifest.seed = .max
        let redacted = try redaction.redact(run.manifest)
        #expect(redacted.host == ["kernel.cmdline": "quiet …", "note": "<host>:~/src"])
        #expect(redacted.environments[1].unavailable?.reason == "<user> may not")
        #expect(redacted.environments[1].unavailable?.nextStep == "ask root@<host>")
        #expect(redacted.environments[1].spec == run.manifest.environments[1].spec)
        #expect(redacted.workloads.map(\.name) == ["ada"])
        #expect(redacted.seed == .max)
    }

    @Test("an exported run has redacted reasons and the same figures")
    func export() throws {
        let folder = try TemporaryFolder()
        var run = SyntheticRun(workloads: [.init(name: "w")])
        run.add("w", "native", round: 1, 2.5)
        run.add("w", "docker", round: 1, nil, outcome: .failed, reason: "/home/ada/x: denied")
        let source = RunFolder(path: folder.file("a"))
        let target = RunFolder(path: folder.file("out/a"))
        try run.write(to: source)
        try redaction.export(source, to: target)
        let samples = try SampleReader.all(path: target.samples)
        #expect(samples.map(\.value) == [2.5, nil])
        #expect(samples.map(\.reason) == ["", "~/x: denied"])
    }
}
