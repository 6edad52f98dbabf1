import Foundation
import Testing

extension IntegrationTests {
    /// Commands that measure nothing, and arguments that mean nothing.
    @Suite struct UsageTests {
        private func run(_ arguments: [String]) async throws -> Invocation {
            try await Sandbox.within { sandbox in
                try await Invocation.run([Machine.benchrun] + arguments, in: sandbox)
            }
        }

        @Test(arguments: [
            (["run", "-w", "sysbnch-cpu"], "unknown workload 'sysbnch-cpu'", "did you mean 'sysbench-cpu'?"),
            (["run", "--suite", "smokey"], "unknown suite 'smokey'", "did you mean 'smoke'?"),
            (["run", "-e", "dokcer"], "unknown environment 'dokcer'", "did you mean 'docker'?"),
            (["run", "-w", "nothing-like-it"], "unknown workload 'nothing-like-it'", "'benchrun list'"),
            (["run", "--suite", "smoke", "-w", "xz"], "suite 'smoke' has no workload 'xz'", "leave out --suite"),
            (["run", "--benchmarks", "/no/such"], "/no/such: no such folder", "name one that holds"),
            (["run", "--cpus", "4000"], "CPU 4000 is not online", "online are"),
            (["run", "--cpus", "one"], "--cpus takes a list such as '1'", "'one'"),
        ])
        func namesAreExplained(_ arguments: [String], _ subject: String, _ step: String) async throws {
            let result = try await run(arguments)
            #expect(result.status == 64)
            #expect(result.errors.contains(subject) && result.errors.contains(step), "\(result.errors)")
            #expect(result.output.isEmpty)
        }

        @Test(arguments: [
            (["run", "--rounds", "0"], "--rounds takes a whole number from 1"),
            (["run", "--rounds", "many"], "--rounds"),
            (["run", "--budget", "5"], "--budget takes a time such as '10 min'"),
            (["run", "--seed", "-1"], "--seed"),
            (["run", "--kernel", "/boot/vmlinuz"], "--kernel and --initrd go together"),
            (["run", "--suite", "smoke", "--", "true"], "goes without --suite"),
            (["run", "--"], "there is no command after --"),
            (["run", "--", ""], "there is no command after --"),
            (["run", "--no-such-option"], "--no-such-option"),
            (["image", "rm"], "--unused"),
            (["resume"], "<run>"),
            (["measure"], "measure"),
        ])
        func optionsAreExplained(_ arguments: [String], _ words: String) async throws {
            let result = try await run(arguments)
            #expect(result.status == 64)
            #expect(result.errors.contains(words), "\(result.errors)")
            #expect(result.errors.contains("--help"), "the next step: \(result.errors)")
            #expect(result.output.isEmpty)
        }

        @Test func malformedFilesAreNamedWithLine() async throws {
            try await Sandbox.within { sandbox in
                let folder = sandbox.directory + "/benchmarks"
                try FileManager.default.copyItem(atPath: Machine.packageDirectory + "/benchmarks", toPath: folder)
                let file = folder + "/workloads/compute/xz.yaml"
                let text = try String(contentsOfFile: file, encoding: .utf8)
                try text.replacingOccurrences(of: "timeout: 60 s", with: "timeout: [60 s").write(
                    toFile: file,
                    atomically: true,
                    encoding: .utf8
                )
                // The parser notices at the line after the bracket that is not closed, at the latest.
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                let first = try #require(lines.firstIndex { $0.hasPrefix("timeout:") }) + 1
                for command in [["check"], ["run", "--suite", "smoke"], ["list"]] {
                    let result = try await Invocation.run(
                        [Machine.benchrun] + command + ["--benchmarks", folder],
                        in: sandbox
                    )
                    let said = result.output + result.errors
                    #expect(result.status == 64, "\(command)")
                    let match = try #require(said.firstMatch(of: #/xz\.yaml:(\d+):(\d+): /#), "\(said)")
                    #expect((first...(first + 2)).contains(Int(match.1) ?? 0), "\(said)")
                }
                let check = try await Invocation.run(
                    [Machine.benchrun, "check", "--json", "--benchmarks", folder],
                    in: sandbox
                )
                let answer = try JSONDecoder().decode(Check.self, from: Data(check.output.utf8))
                #expect(check.status == 64)
                #expect(answer.problems.contains { $0.hasPrefix(file + ":") })
            }
        }

        private struct Check: Decodable {
            var workloads: Int
            var environments: Int
            var suites: Int
            var images: Int
            var problems: [String]
        }

        @Test func ownFilesAreWell() async throws {
            let result = try await run(["check"])
            #expect(result.status == 0)
            let counts = #/[0-9]+ workloads, [0-9]+ environments, [0-9]+ suites, [0-9]+ images: all well\n/#
            #expect(result.output.wholeMatch(of: counts) != nil, "\(result.output)")
            let json = try await run(["check", "--json"])
            let answer = try JSONDecoder().decode(Check.self, from: Data(json.output.utf8))
            #expect(answer.workloads >= 16 && answer.problems.isEmpty)
        }

        private struct Plan: Decodable {
            var suite: String
            var rounds: Int
            var cells: Int
            var seconds: Double
            var workloads: [String]
            var environments: [String]
            var firstRound: [String]
        }

        @Test func dryRunPlansAndMeasuresNothing() async throws {
            try await Sandbox.within { sandbox in
                let arguments = sandbox.arguments(["run", "--suite", "smoke", "--dry-run", "--json", "--seed", "7"])
                let result = try await Invocation.run(arguments, in: sandbox)
                #expect(result.status == 0)
                let plan = try JSONDecoder().decode(Plan.self, from: Data(result.output.utf8))
                #expect(plan.suite == "smoke" && plan.rounds == 2 && plan.cells == 24)
                #expect(plan.environments == SmokeTests.environments)
                #expect(plan.seconds > 0 && plan.seconds.isFinite)
                #expect(plan.firstRound.count == 3)
                #expect(!FileManager.default.fileExists(atPath: sandbox.results))
                let again = try await Invocation.run(arguments, in: sandbox)
                #expect(again.output == result.output, "the same seed gives the same order")
                let others = try await (8...11).asyncMap { seed in
                    try await Invocation.run(
                        sandbox.arguments(["run", "--suite", "smoke", "--dry-run", "--json", "--seed", "\(seed)"]),
                        in: sandbox
                    ).output
                }
                #expect(Set(others + [result.output]).count > 1, "another seed gives another order")
                let twice = try await Invocation.run(
                    sandbox.arguments(["run", "-w", "startup", "-w", "startup", "-e", "podman", "--dry-run", "--json"]),
                    in: sandbox
                )
                let once = try JSONDecoder().decode(Plan.self, from: Data(twice.output.utf8))
                #expect(once.firstRound.count == 1 && once.environments == ["native", "podman"])
                let offline = try await Invocation.run(
                    sandbox.arguments(["run", "--dry-run", "--cpus", "4095"]),
                    in: sandbox
                )
                #expect(offline.status == 64 && offline.errors.contains("CPU 4095 is not online"))
                let text = try await Invocation.run(
                    sandbox.arguments(["run", "--suite", "smoke", "--dry-run"]),
                    in: sandbox
                )
                #expect(text.output.contains("24 cells") && text.output.contains("time: about"))
            }
        }

        private struct Entry: Decodable {
            var name: String
            var title: String
        }

        @Test func listNamesEverything() async throws {
            try await Sandbox.within { sandbox in
                let arguments = [Machine.benchrun, "list", "--results", sandbox.results]
                let result = try await Invocation.run(arguments + ["--json"], in: sandbox)
                #expect(result.status == 0)
                let sections = try JSONDecoder().decode([String: [Entry]].self, from: Data(result.output.utf8))
                #expect(sections["suites"]?.map(\.name) == Machine.files(in: "suites"))
                #expect(sections["environments"]?.map(\.name) == Machine.environments)
                #expect(sections["workloads"]?.isEmpty == false && sections["images"]?.map(\.name) == ["debian"])
                #expect(sections["runs"]?.isEmpty == true)
                let text = try await Invocation.run(arguments + ["workloads"], in: sandbox)
                #expect(text.output.contains("sysbench-cpu") && !text.output.contains("docker"))
            }
        }

        @Test func helpShowsExamplesAndCompletionsExist() async throws {
            for command in ["all", "run", "resume", "list", "doctor", "check", "report", "clean"] {
                let help = try await run([command, "--help"])
                #expect(help.status == 0)
                #expect(help.output.contains("EXAMPLES") && help.output.contains("benchrun \(command)"), "\(command)")
            }
            for verb in ["build", "list", "rm"] {
                let help = try await run(["image", verb, "--help"])
                #expect(help.output.contains("EXAMPLES"), "image \(verb)")
            }
            for shell in ["bash", "zsh", "fish"] {
                let script = try await run(["--generate-completion-script", shell])
                #expect(script.status == 0 && script.output.contains("doctor"), "\(shell)")
            }
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
