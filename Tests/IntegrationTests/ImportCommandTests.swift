import Foundation
import Results
import Testing

extension IntegrationTests {
    /// Other tools' results, from the files to the report.
    @Suite struct ImportCommandTests {
        private static let fixtures = Machine.packageDirectory + "/Tests/ImportTests/Fixtures/"

        private func run(_ arguments: [String], in sandbox: Sandbox) async throws -> Invocation {
            try await Invocation.run(sandbox.arguments(arguments), in: sandbox)
        }

        @Test func aRunIsMadeAndReported() async throws {
            try await Sandbox.within { sandbox in
                let files = ["native", "docker"].map { "\($0)=\(Self.fixtures)hyperfine-\($0).json" }
                let imported = try await run(["import"] + files, in: sandbox)
                #expect(imported.status == 0, "\(imported.errors)")
                let id = String(imported.output.prefix { $0 != ":" })
                #expect(
                    imported.output == "\(id): 3 workloads from hyperfine, without rounds\n"
                        + "  native: 30 values\n  docker: 29 values, 1 failed\n"
                )
                #expect(imported.errors.contains("next: benchrun report \(id) --results"))
                let folder = RunFolder(path: "\(sandbox.directory)/results/\(id)")
                #expect(try folder.loadManifest().origin?.files == ["hyperfine-native.json", "hyperfine-docker.json"])
                let text = try String(contentsOfFile: folder.manifest, encoding: .utf8)
                #expect(!text.contains(Machine.packageDirectory))
                let report = try await run(["report", id], in: sandbox)
                #expect(report.status == 0, "\(report.errors)")
                #expect(report.output.contains("this run was imported from hyperfine"))
                let picture = "\(sandbox.directory)/plots/\(id)/overhead.svg"
                #expect(FileManager.default.fileExists(atPath: picture))
                let resumed = try await run(["resume", id], in: sandbox)
                #expect(resumed.status == 64 && resumed.errors.contains("was imported from hyperfine"))
            }
        }

        @Test func brokenFilesAreNamedWithLine() async throws {
            try await Sandbox.within { sandbox in
                let path = sandbox.directory + "/native.json"
                try Data("{\n\"results\": [{\"command\": \"a\",\n\"times\": [1, NaN]}]}".utf8).write(
                    to: URL(filePath: path)
                )
                let result = try await run(["import", path], in: sandbox)
                #expect(result.status == 64 && result.output.isEmpty)
                #expect(result.errors.contains("\(path):3: results[0].times[1]: expected a number and found 'NaN'"))
                #expect(!FileManager.default.fileExists(atPath: sandbox.directory + "/results"))
            }
        }

        @Test func aStoreThatCannotBeWrittenIsTheToolsFailure() async throws {
            try await Sandbox.within { sandbox in
                let file = "native=\(Self.fixtures)fio-native.json"
                let result = try await Invocation.run(
                    [Machine.benchrun, "import", file, "--results", "/proc/no-such-folder"],
                    in: sandbox
                )
                #expect(result.status == 2 && result.output.isEmpty, "\(result.errors)")
            }
        }
    }
}
