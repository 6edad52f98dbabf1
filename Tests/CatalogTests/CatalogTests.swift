import AgentProtocol
import BenchrunModel
import Foundation
import Testing

@testable import Catalog

@Suite("Broken files")
struct CatalogTests {
    @Test("Every problem of every file is reported, exactly as Fixtures/broken.txt lists them")
    func everyProblem() throws {
        let root = Fixture.path("broken")
        let (catalog, problems) = Catalog.load(directory: root + "/", drivers: Fixture.drivers)
        let found = problems.map { $0.description.replacing(root + "/", with: "") }
        let expected = String(decoding: try Fixture.bytes("broken.txt"), as: UTF8.self).split(separator: "\n")
        for (found, expected) in zip(found, expected) {
            #expect(found == expected)
        }
        #expect(found.count == expected.count)
        #expect(catalog.workloads.map(\.name) == ["good"])
        #expect(catalog.environments.map(\.name) == ["base"])
        #expect(catalog.suites.isEmpty)
        #expect(catalog.images.isEmpty)
        let error = #expect(throws: CatalogError.self) { try catalog.workload(named: "keys") }
        #expect(
            error?.description
                == "workload 'keys' cannot be used: its file has problems; 'benchrun check' lists them"
        )
    }

    private static let encodings: [(bytes: [UInt8], message: String)] = [
        (
            [0xEF, 0xBB, 0xBF, 0x61],
            "sample.yaml:1:1: the file begins with a byte order mark; save it as UTF-8 without one"
        ),
        (
            Array("title: x\nclass: caf".utf8) + [0xE9, 0x0A],
            "sample.yaml:2:11: expected UTF-8, found another encoding; save the file as UTF-8"
        ),
        (
            Array("title: x\nclass: \u{1}".utf8),
            "sample.yaml:2:8: not YAML: control characters are not allowed; remove the character"
        ),
        (
            Array("# only a comment".utf8),
            "sample.yaml:1:1: the file is empty; copy another file of the folder to begin with"
        ),
        (
            Array("a: *b".utf8),
            "sample.yaml:1:4: not YAML: found undefined alias; correct the indentation, quotes or brackets here"
        ),
    ]

    @Test("What no editor should save", arguments: encodings)
    func encoding(bytes: [UInt8], message: String) {
        let (_, problems) = Fixture.load(bytes)
        #expect(problems.map(\.description) == [message])
    }

    @Test("A file too large, a fifo and a missing directory are reported, not read")
    func unreadable() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "benchrun-catalog-\(UUID().uuidString)").path
        let suites = root + "/suites"
        try FileManager.default.createDirectory(atPath: suites, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        let large = Data(repeating: UInt8(ascii: "#"), count: SourceFile.largest + 1)
        try large.write(to: URL(filePath: suites + "/large.yaml"))
        #expect(mkfifo(suites + "/fifo.yaml", 0o600) == 0)
        try FileManager.default.createDirectory(atPath: suites + "/folder.yaml", withIntermediateDirectories: true)
        let (_, problems) = Catalog.load(directory: root, drivers: [:])
        #expect(
            problems.map(\.description) == [
                "\(suites)/fifo.yaml:1:1: expected a regular file; remove it",
                "\(suites)/folder.yaml:1:1: expected a regular file; remove it",
                "\(suites)/large.yaml:1:1: the file is larger than 256 KiB; split it, or move what is generated",
            ]
        )
        let (_, missing) = Catalog.load(directory: root + "/none", drivers: [:])
        #expect(
            missing.map(\.description) == [
                "\(root)/none:1:1: there is no such directory; run benchrun in the folder that holds 'benchmarks'"
            ]
        )
    }

    @Test("What an environment extends is merged, its own options win")
    func extends() throws {
        let texts = [
            "a":
                "{title: A, driver: libvirt, options: {cpu: host, cache: none}, half-width: 4 %, differs: [cpu.model]}",
            "b": "{title: B, extends: a, options: {cache: unsafe}, differs: [thp, cpu.model]}",
            "c": "{title: C, extends: b, driver: libvirt, options: {io: native}, half-width: 5 %}",
        ]
        let files = texts.map { name, text in
            SourceFile(kind: .environment, path: name, name: name, folder: "environments", bytes: Array(text.utf8))
        }
        let (catalog, problems) = Catalog.load(files, drivers: Fixture.drivers)
        #expect(problems == [])
        let spec = try catalog.environment(named: "c")
        #expect(spec.title == "C")
        #expect(spec.driver == "libvirt")
        #expect(spec.options == ["cpu": "host", "cache": "unsafe", "io": "native"])
        #expect(spec.halfWidth == 0.05)
        #expect(spec.differs == ["cpu.model", "thp"])
        #expect(try catalog.environment(named: "b").halfWidth == 0.04)
    }

    @Test("A fact that there is not cannot differ, and a page cache is warm or cold")
    func declarations() throws {
        let text = "{title: A, driver: libvirt, differs: [secomp, colour]}"
        let file = SourceFile(kind: .environment, path: "a", name: "a", folder: "environments", bytes: Array(text.utf8))
        let problems = Catalog.load([file], drivers: Fixture.drivers).1.map(\.description)
        #expect(problems.first == "a:1:39: differs: unknown fact 'secomp': did you mean 'seccomp'?")
        #expect(
            problems.dropFirst().first?.hasPrefix("a:1:47: differs: unknown fact 'colour'; known are cpus, ") == true
        )

        let work =
            "{title: T, class: compute, command: [t], page-cache: PAGE, "
            + "metrics: [{name: time, unit: s, better: lower, resource: wall-time}]}"
        let (cold, none) = Fixture.load(work.replacing("PAGE", with: "cold"))
        #expect(none == [])
        #expect(try cold.workload(named: "sample").pageCache == .cold)
        let refused = Fixture.load(work.replacing("PAGE", with: "icy")).1
        #expect(refused.first?.message.hasPrefix("page-cache: expected one of warm, cold, found 'icy'") == true)
    }

    @Test("Cases are every combination, in the order of the file")
    func cases() throws {
        let text = """
            {title: T, class: compute, cases: {size: [4k, 1M], depth: [1, 16]}, command: [t, '{size}', 'd={depth}'],
             environment: {LC_ALL: 'de_DE', MORE: '{size}'}, timeout: 1500 ms, warm-up: 1, iterations: 3,
             setup: [[mk, '{size}']], metrics: [{name: time, unit: s, better: lower, resource: wall-time}]}
            """
        let (catalog, problems) = Fixture.load(text)
        #expect(problems == [])
        let workload = try catalog.workload(named: "sample")
        #expect(
            workload.cases.map(\.label) == [
                "depth=1;size=4k", "depth=16;size=4k", "depth=1;size=1M", "depth=16;size=1M",
            ]
        )
        #expect(workload.timeout == .milliseconds(1500))
        #expect(workload.warmups == 1)
        #expect(workload.iterations == 3)
        let command = CommandBuilder.command(of: workload, case: workload.cases[3])
        #expect(command.arguments == ["t", "1M", "d=16"])
        #expect(command.timeLimit == 1_500_000_000)
        // Placeholders are for arguments only, and a variable of the standard environment is replaced, not doubled.
        #expect(command.environment.filter { $0.hasPrefix("LC_ALL=") } == ["LC_ALL=de_DE"])
        #expect(command.environment.last == "MORE={size}")
        #expect(CommandBuilder.setup(of: workload, case: workload.cases[0]).map(\.arguments) == [["mk", "4k"]])
    }

    @Test("Iterations that a pilot decides on have a most")
    func automaticIterations() throws {
        func workload(_ keys: String) throws -> Workload {
            let text = """
                {title: T, class: compute, command: [t], \(keys)
                 metrics: [{name: time, unit: s, better: lower, resource: wall-time}]}
                """
            let (catalog, problems) = Fixture.load(text)
            #expect(problems == [])
            return try catalog.workload(named: "sample")
        }
        #expect(try workload("iterations: auto,").mostIterations == 16)
        #expect(try workload("iterations: auto, max-iterations: 40,").mostIterations == 40)
        #expect(try workload("iterations: 7,").mostIterations == nil)
        #expect(try workload("").iterations == 1)
    }
}
