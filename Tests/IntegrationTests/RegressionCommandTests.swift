import BenchrunModel
import Foundation
import Results
import Testing

extension IntegrationTests {
    /// `compare`, `gate`, `baseline`, `history` and `ab` as a pipeline uses them.
    @Suite struct RegressionCommandTests {
        private static let old = "20260101-000000-0001"
        private static let new = "20260102-000000-0002"

        private func run(_ arguments: [String], in sandbox: Sandbox, _ environment: [String: String] = [:]) async throws
            -> Invocation
        {
            // Whatever runs these tests may be a workflow itself.
            let plain = ["GITHUB_ACTIONS": "", "GITHUB_STEP_SUMMARY": ""].merging(environment) { $1 }
            return try await Invocation.run(sandbox.arguments(arguments), in: sandbox, environment: plain)
        }

        @Test func exitStatusesSayWhatChanged() async throws {
            try await Sandbox.within { sandbox in
                let store = SyntheticStore(sandbox)
                try store.write(Self.old, overhead: 0.1)
                let save = try await run(["baseline", "save", "main"], in: sandbox)
                #expect(save.status == 0 && save.output == "baseline main is run \(Self.old)\n", "\(save.errors)")
                let itself = try await run(["gate"], in: sandbox)
                #expect(itself.status == 64 && itself.errors.contains("is the baseline itself"), "\(itself.errors)")
                for (overhead, rounds, spread, status) in [
                    (0.1, 12, 0.002, Int32(0)), (0.3, 12, 0.002, 1), (0.1, 12, 0.2, 3), (-0.1, 12, 0.002, 0),
                    (0.3, 1, 0.002, 4),
                ] {
                    try store.write(Self.new, overhead: overhead, spread: spread, rounds: rounds)
                    let gate = try await run(["gate"], in: sandbox)
                    #expect(gate.status == status, "\(overhead) \(gate.output) \(gate.errors)")
                    if status == 4 { #expect(gate.errors.contains("cannot show a regression, however large")) }
                    if status == 3 {
                        #expect(try await run(["gate", "--inconclusive-ok"], in: sandbox).status == 0)
                    }
                }
                try store.write(Self.new, overhead: 0.3)
                let json = try await run(["gate", "--json"], in: sandbox)
                #expect(json.status == 1 && json.output.contains("\"status\" : \"regression\""), "\(json.output)")
                let other = try await run(["gate", "--baseline", "nobody"], in: sandbox)
                #expect(other.status == 2 && other.errors.contains("'benchrun baseline save nobody RUN'"))
                let short = try await run(["gate", "--history"], in: sandbox)
                #expect(short.status == 4 && short.errors.contains("a verdict by history takes 5"), "\(short.errors)")
            }
        }

        @Test func everyOutputIsWrittenAndTheSummaryAppended() async throws {
            try await Sandbox.within { sandbox in
                let store = SyntheticStore(sandbox)
                try store.write(Self.old, overhead: 0.1)
                try store.write(Self.new, overhead: 0.3)
                let summary = sandbox.directory + "/summary.md"
                try Data("before\n".utf8).write(to: URL(filePath: summary))
                let files = ["junit", "markdown", "openmetrics", "bencher", "benchmark-action"].map { name in
                    (name, sandbox.directory + "/out/\(name)")
                }
                let gate = try await run(
                    ["gate", Self.new, "--baseline", Self.old] + files.flatMap { ["--\($0)", $1] },
                    in: sandbox,
                    ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": summary]
                )
                #expect(gate.status == 1, "\(gate.errors)")
                #expect(gate.output.contains("::error"), "\(gate.output)")
                for (name, path) in files {
                    let text = try String(contentsOfFile: path, encoding: .utf8)
                    #expect(text.contains("work"), "\(name): \(text)")
                }
                let text = try String(contentsOfFile: summary, encoding: .utf8)
                #expect(text.hasPrefix("before\n") && text.contains("docker"))
            }
        }

        @Test func oddFilesHaveTheirDocumentedResult() async throws {
            try await Sandbox.within { sandbox in
                let store = SyntheticStore(sandbox)
                try store.write(Self.old, overhead: 0.1)
                try store.write(Self.new, overhead: 0.1)
                let good = try store.text(Self.new)
                let lines = good.split(separator: "\n").map(String.init)
                func compare(_ text: String) async throws -> Invocation {
                    try store.replace(Self.new, with: text)
                    return try await run(["compare", Self.old, Self.new], in: sandbox)
                }
                let whole = try await compare(good)
                #expect(whole.status == 0 && whole.output.contains("unchanged"), "\(whole.output)\(whole.errors)")
                let truncated = try await compare(String(good.dropLast(40)))
                #expect(truncated.status == 0 && truncated.output.contains("is cut off and was left out"))
                let windows = try await compare("\u{FEFF}" + good.replacing("\n", with: "\r\n"))
                #expect(windows.status == 0 && windows.output == whole.output, "\(windows.output)\(windows.errors)")
                let twice = try await compare(good + lines.dropFirst().joined(separator: "\n") + "\n")
                #expect(twice.status == 0 && twice.output.contains("24 rows are there twice and count once"))
                let empty = try await compare("")
                #expect(empty.status == 2 && empty.errors.contains("samples.csv: the file is empty"), "\(empty.errors)")
                let foreign = try await compare("time,value\n1,2\n")
                #expect(foreign.status == 2 && foreign.errors.contains("samples.csv:1: missing columns"))
                let value = try #require(
                    lines[3].split(separator: ",", omittingEmptySubsequences: false).dropFirst(17).first
                )
                let broken = try await compare(good.replacing(",\(value),", with: ",nan,", maxReplacements: 1))
                #expect(
                    broken.status == 2 && broken.errors.contains("'nan' is not a finite number"),
                    "\(broken.errors)"
                )
                #expect(broken.errors.contains("samples.csv:"))
            }
        }

        @Test func historyHasItsAlertsAndPictures() async throws {
            try await Sandbox.within { sandbox in
                let store = SyntheticStore(sandbox)
                for day in 10..<26 {
                    try store.write("202601\(day)-000000-0000", overhead: day < 18 ? 0.1 : 0.3)
                }
                let history = try await run(["history"], in: sandbox)
                #expect(history.status == 0, "\(history.errors)")
                let words = history.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                #expect(words.contains("ratio changed by +18 % at run 20260118-000000-0000"), "\(words)")
                let picture = sandbox.plots + "/history/work_docker.png"
                let png = try PNG(contentsOf: picture)
                #expect(png.width > 300)
                let gate = try await run(["gate", "20260117-000000-0000", "--history"], in: sandbox)
                #expect(gate.status == 0, "\(gate.output)\(gate.errors)")
                let after = try await run(["gate", "20260118-000000-0000", "--history", "--json"], in: sandbox)
                #expect(after.status == 1 && after.output.contains("\"mode\" : \"history\""), "\(after.errors)")
                let prune = try await run(["results", "prune", "--keep", "2"], in: sandbox)
                #expect(prune.status == 0 && prune.errors.contains("14 of 16 runs removed"), "\(prune.errors)")
                #expect(sandbox.store.runs().count == 2)
                #expect(try await run(["history", "--no-pictures"], in: sandbox).output.contains("2"))
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func candidateAndBaselineInTurn() async throws {
            try await Sandbox.within { sandbox in
                let ab = ["ab", "-e", "native", "--rounds", "8", "--plain", "--json"]
                func sleep(_ baseline: String, _ candidate: String) async throws -> Invocation {
                    let commands = ["--", "sleep", baseline, "--vs", "sleep", candidate]
                    return try await Invocation.run(sandbox.arguments(ab) + commands, in: sandbox)
                }
                let slower = try await sleep("0.05", "0.07")
                #expect(slower.status == 1, "\(slower.output)\(slower.errors)")
                #expect(slower.errors.contains("looks like a regression, so it is measured afresh: command"))
                let samples = try SampleReader.all(path: try sandbox.onlyRun().samples)
                #expect(Set(samples.map(\.stage)) == [.measured, .confirmation])
                #expect(Set(samples.map(\.arm)) == ["baseline", "candidate"])
                let run = try sandbox.onlyRun().loadManifest().run.text
                let again = try await self.run(["gate", run], in: sandbox)
                #expect(again.status == 1 && again.output.contains("command"), "\(again.output)\(again.errors)")
                let same = try await sleep("0.05", "0.0501")
                #expect(same.status == 0, "\(same.output)\(same.errors)")
                let nothing = try await self.run(ab + ["-w", "xz"], in: sandbox)
                #expect(nothing.status == 64 && nothing.errors.contains("are the same"), "\(nothing.errors)")
            }
        }
    }
}
