import AgentProtocol
import BenchrunModel
import Foundation
import Testing

@testable import Catalog

@Suite("The starter")
struct StarterTests {
    private static let root = URL(filePath: Fixture.benchmarks).deletingLastPathComponent()

    /// What YAML, placeholders and shells could take for something else.
    private static let hostile = [
        "it's", "\"quoted\" \\ back\\", "a: b", "a:", "# no comment", "x # y", "", " ", " lead", "trail ", "-", "--",
        "---", "- x", "-6", "--flag=1", "...", "? x", "| x", "> x", "[a, b]", "{a: b}", "{", "}", "*x", "&x", "!x",
        "%x", "@x", "`x`", "<<", "=", "~", "null", "NULL", "yes", "No", "on", "true", "0x10", "1.0", "1_000", "12:30",
        ".inf", "2024-01-01", "{size}", "{{size}}", "{{{size}}}", "{print $1}", "{\"a\":{\"b\":1}}", "$HOME",
        "${{ vars.X }}", "a\nb", "\n", "a\r\nb\r", "\ttab\t", "\u{1B}[31m", "\u{7F}", "é", "e\u{301}", "'\u{301}",
        "\"\u{301}", "{\u{301}x}", "😀", "👩‍🔬", "\u{202E}left", "x\u{FEFF}", "\u{85}", "\u{2028}", "\u{2029}",
        "\u{A0}", "\u{AD}", "\u{E000}", "\u{FFFE}", "\u{10FFFF}", String(repeating: "word ", count: 2000),
    ]

    /// Writes a starter and what it needs as `benchrun init` does, and loads the folder.
    private func written(_ starter: Starter) throws -> (Catalog, [CatalogProblem]) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "benchrun-starter-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let names = Starter.environments.map { "environments/\($0).yaml" } + ["images/\(Starter.image).yaml"]
        let shipped = try names.map { name in
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(Fixture.benchmarks)/\(name)")))
            return Starter.File(path: "benchmarks/\(name)", bytes: bytes)
        }
        for file in shipped + starter.files {
            let target = folder.appending(path: file.path)
            let parent = target.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
            try Data(file.bytes).write(to: target)
        }
        return Catalog.load(directory: folder.appending(path: "benchmarks").path, drivers: Fixture.drivers)
    }

    @Test("Any command comes back as it was typed, all at once", arguments: [hostile, hostile.reversed()])
    func hostileCommand(arguments: [String]) throws {
        let command = ["/opt/a program's name: {size}"] + arguments
        let starter = try Starter(name: "mine", command: command)
        let (catalog, problems) = try written(starter)
        #expect(problems == [])
        let workload = try catalog.workload(named: "mine")
        let executed = CommandBuilder.command(of: workload, case: Case()).arguments
        // By their bytes: String's == holds 'é' and 'é' for the same.
        #expect(executed.map { Array($0.utf8) } == command.map { Array($0.utf8) })
    }

    @Test("Each hostile argument alone, and as the program", arguments: hostile)
    func hostileArgument(argument: String) throws {
        let starter = try Starter(name: "mine", command: ["x", argument])
        let (catalog, problems) = try written(starter)
        #expect(problems == [])
        let workload = try catalog.workload(named: "mine")
        let executed = CommandBuilder.command(of: workload, case: Case()).arguments
        #expect(executed.map { Array($0.utf8) } == [Array("x".utf8), Array(argument.utf8)])
        guard !argument.isEmpty else { return }
        #expect(try written(Starter(command: [argument])).1 == [])
    }

    @Test("Workload, suite and workflow carry the name; the metric is the wall time")
    func files() throws {
        let starter = try Starter(
            command: ["/usr/bin/Sort_It.sh", "-u"],
            packages: ["coreutils", "7zip", "libc6:amd64"]
        )
        #expect(starter.name == "sort-it-sh")
        let (catalog, problems) = try written(starter)
        #expect(problems == [])
        let workload = try catalog.workload(named: "sort-it-sh")
        #expect(workload.title == "sort-it-sh: /usr/bin/Sort_It.sh -u")
        #expect(workload.workloadClass == .application)
        #expect(workload.packages == ["coreutils", "7zip", "libc6:amd64"])
        #expect(workload.timeout == .seconds(600))
        #expect(workload.metrics == [Metric(name: "time", unit: "s", better: .lower, source: .resource(.wall))])
        let suite = try catalog.suite(named: "sort-it-sh")
        #expect(suite.workloads == ["sort-it-sh"])
        #expect(suite.environments == ["native", "docker", "podman"])
        #expect(suite.rounds == 12)
        let typed = try Starter(name: "typed", command: ["awk", "{print}", "{size}"])
        #expect(try written(typed).0.workload(named: "typed").title == "typed: awk {print} {size}")
        #expect(catalog.environments.map(\.name) == ["docker", "native", "podman"])
        let workflow = try #require(starter.files.last)
        #expect(workflow.path == Starter.workflowPath)
        let text = String(decoding: workflow.bytes, as: UTF8.self)
        #expect(text.contains("vars.BENCHRUN_SUITE || 'sort-it-sh' }}"))
        #expect(!text.contains(Starter.shippedSuite))
    }

    @Test("Names that YAML has other uses for", arguments: ["null", "true", "7", "1-0", "on", "n", "0x10"])
    func names(name: String) throws {
        let (catalog, problems) = try written(Starter(name: name, command: ["true"]))
        #expect(problems == [])
        #expect(try catalog.suite(named: name).workloads == [name])
    }

    @Test(
        "A name is made of the program's",
        arguments: [
            ("sort", "sort"), ("./a.out", "a-out"), ("/opt/My Tool", "my-tool"), ("..", "command"), ("/", "command"),
            ("Ünï", "n"), ("日本", "command"), ("--x--", "x"),
            (String(repeating: "long", count: 20), String(repeating: "long", count: 8)),
        ]
    )
    func name(program: String, expected: String) throws {
        #expect(try Starter(command: [program]).name == expected)
    }

    @Test("What cannot be a starter is refused, with the next step")
    func refusals() {
        func refusal(_ name: String?, _ command: [String], _ packages: [String] = []) -> String? {
            do { _ = try Starter(name: name, command: command, packages: packages) } catch { return error.description }
            return nil
        }
        #expect(refusal(nil, []) == "there is no command; write it after --")
        #expect(refusal(nil, ["", "x"]) == "there is no command; write it after --")
        #expect(
            refusal(nil, ["x", "\u{FFFD}"])
                == "argument 1 of the command is not UTF-8, as YAML must be; put the command in a script"
        )
        #expect(
            refusal(nil, ["\u{FEFF}x"])
                == "argument 0 of the command begins with a byte order mark; put the command in a script"
        )
        #expect(refusal("A b", ["x"])?.hasPrefix("'A b' is not a name; use lower-case letters") == true)
        #expect(
            refusal(nil, ["x"], ["not a package"])
                == "'not a package' is no Debian package's name; 'apt-cache search' finds it"
        )
        #expect(
            refusal(nil, ["x", String(repeating: "x", count: 300_000)])
                == "the command is longer than 256 KiB; put it in a script"
        )
    }

    @Test("The workflow that the project shows is the one that is written")
    func workflow() throws {
        let shown = [UInt8](try Data(contentsOf: Self.root.appending(path: Starter.workflowPath)))
        #expect(shown == Starter.shippedWorkflow, "copy Sources/Catalog/Resources/workflow.yml there")
        #expect(String(decoding: shown, as: UTF8.self).ranges(of: Starter.shippedSuite).count == 1)
    }

    @Test("The ready pipelines are YAML", arguments: [Starter.workflowPath, "ci/gitlab.yml"])
    func pipelines(path: String) throws {
        let bytes = [UInt8](try Data(contentsOf: Self.root.appending(path: path)))
        let file = SourceFile(kind: .suite, path: path, name: "pipeline", folder: "ci", bytes: bytes)
        let log = ProblemLog(file: path)
        #expect(Document.root(of: file, log: log) != nil)
        #expect(log.problems == [])
    }
}
