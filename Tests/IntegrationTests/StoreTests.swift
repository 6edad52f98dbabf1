import BenchrunModel
import Foundation
import Glibc
import Results
import Testing

extension IntegrationTests {
    /// Runs whose files were damaged, two runs at once, and caches that are not whole.
    @Suite struct StoreTests {
        private func damagedRun<Success>(
            rounds: Int,
            _ damage: (RunFolder) throws -> Void,
            _ body: (Sandbox, RunFolder) async throws -> Success
        ) async throws -> Success {
            try await Sandbox.within { sandbox in
                let result = try await sandbox.measureNatively(rounds: rounds)
                try #require(result.status == 0, "\(result.errors)")
                let folder = try sandbox.onlyRun()
                try damage(folder)
                return try await body(sandbox, folder)
            }
        }

        private static func edit(_ path: String, _ change: (inout String) throws -> Void) throws {
            var text = try String(contentsOfFile: path, encoding: .utf8)
            try change(&text)
            try Data(text.utf8).write(to: URL(filePath: path))
        }

        /// The last write was cut off: a report leaves it out and says so, and resuming measures that cell again.
        @Test func cutOffSamplesAreRepaired() async throws {
            try await damagedRun(
                rounds: 2,
                { folder in
                    try Self.edit(folder.samples) { $0.removeLast(30) }
                }
            ) { sandbox, folder in
                let report = try await Invocation.run(sandbox.arguments(["report", "latest"]), in: sandbox)
                #expect(report.status == 0, "\(report.errors)")
                #expect(report.output.contains("samples.csv: line 9 is cut off and was left out"), "\(report.output)")
                #expect(report.output.contains("'benchrun resume'"))
                let resumed = try await Invocation.run(sandbox.arguments(["resume", "latest", "--plain"]), in: sandbox)
                #expect(resumed.status == 0, "\(resumed.errors)")
                #expect(resumed.errors.contains("\(folder.samples): the last write was cut off"), "\(resumed.errors)")
                #expect(resumed.errors.contains("samples.csv.partial"))
                let samples = try SampleReader.all(path: folder.samples)
                #expect(samples.count == 8 && samples.allSatisfy { $0.outcome == .ok })
                #expect(samples.filter { $0.round == 1 }.allSatisfy { $0.session == 1 })
                #expect(samples.filter { $0.round == 2 }.allSatisfy { $0.session == 2 })
                // Nothing was destroyed: what was cut off lies beside it, all rows of its cell.
                let partial = try String(contentsOfFile: folder.samples + ".partial", encoding: .utf8)
                #expect(partial.split(separator: "\n").count == 4)
                #expect(try folder.loadManifest().sessions.map(\.ending) == [.completed, .completed])
                let again = try await Invocation.run(sandbox.arguments(["report", "latest"]), in: sandbox)
                #expect(again.status == 0 && !again.output.contains("cut off"))
            }
        }

        /// A line in the middle is nobody's cut-off write: it is named, and nothing is guessed.
        @Test func brokenLinesAreNamed() async throws {
            try await damagedRun(
                rounds: 2,
                { folder in
                    try Self.edit(folder.samples) { text in
                        var lines = text.components(separatedBy: "\n")
                        lines[4] = String(lines[4].prefix(60))
                        text = lines.joined(separator: "\n")
                    }
                }
            ) { sandbox, folder in
                let before = try String(contentsOfFile: folder.samples, encoding: .utf8)
                for command in ["report", "resume"] {
                    let result = try await Invocation.run(sandbox.arguments([command, "latest"]), in: sandbox)
                    #expect(result.status == 2)
                    #expect(result.errors.contains("\(folder.samples):5: "), "\(result.errors)")
                    #expect(result.errors.contains("correct or remove the line"), "\(result.errors)")
                }
                #expect(try String(contentsOfFile: folder.samples, encoding: .utf8) == before)
            }
        }

        @Test func corruptManifestsAreNamed() async throws {
            try await damagedRun(
                rounds: 1,
                { folder in
                    try Self.edit(folder.manifest) { $0.removeLast($0.count / 2) }
                }
            ) { sandbox, folder in
                for command in ["report", "resume"] {
                    let result = try await Invocation.run(sandbox.arguments([command, "latest"]), in: sandbox)
                    #expect(result.status == 2)
                    #expect(result.errors.contains("\(folder.manifest): not valid JSON"), "\(result.errors)")
                    #expect(result.errors.contains("restore the file, or remove the run's folder"))
                }
                let list = try await Invocation.run(
                    [Machine.benchrun, "list", "runs", "--results", sandbox.results],
                    in: sandbox
                )
                #expect(list.status == 0 && list.output.contains("cannot be read"), "\(list.output)")
                let missing = try await Invocation.run(
                    sandbox.arguments(["report", "20200101-000000-0000"]),
                    in: sandbox
                )
                #expect(missing.status == 2)
                #expect(missing.errors.contains("20200101-000000-0000: no such run"), "\(missing.errors)")
            }
        }

        @Test func secondRunsAreRefused() async throws {
            try await Sandbox.within { sandbox in
                let arguments = sandbox.arguments(["run", "-e", "native", "--rounds", "8", "--plain"]) + Sandbox.work
                let (first, second) = try await BackgroundRun.within(arguments, in: sandbox) { run in
                    _ = try await run.line(containing: "[1/8] ")
                    let holder = try #require(sandbox.runs.first)
                    let second = try await sandbox.measureNatively()
                    #expect(
                        second.errors.contains(
                            "another run is measuring on this host: \(holder) (pid \(run.pid), since "
                        ),
                        "\(second.errors)"
                    )
                    let first = try await run.end()
                    return (first, second)
                }
                #expect(second.status == 2 && second.output.isEmpty)
                #expect(second.errors.contains("wait for it, or end it"))
                #expect(first.status == 0, "\(first.errors)")
                // The first run is the only one, and whole.
                let samples = try SampleReader.all(path: try sandbox.onlyRun().samples)
                #expect(samples.count == 8 * 4 && samples.allSatisfy { $0.outcome == .ok })
                let third = try await sandbox.measureNatively()
                #expect(third.status == 0, "the lock is free again: \(third.errors)")
            }
        }

        @Test(arguments: [
            ("/no/such/agent", "benchrun-agent is not at /no/such/agent"),
            ("/bin/cat", "/bin/cat is not a static executable"),
        ])
        func missingAgentsAreNamed(_ agent: String, _ words: String) async throws {
            try await Sandbox.within { sandbox in
                let result = try await sandbox.measureNatively(environment: ["BENCHRUN_AGENT": agent])
                #expect(result.status == 2)
                #expect(result.errors.contains(words) && result.errors.contains("'make build'"), "\(result.errors)")
                #expect(sandbox.runs.isEmpty)
            }
        }
    }
}
