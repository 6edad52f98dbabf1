import Analysis
import ArgumentParser
import BenchrunModel
import Foundation
import Reports
import Results
import Statistics

/// `benchrun gate`: did the cost change? The answer is the exit status.
struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Judge a run against a baseline or against history; the exit status is the answer.",
        discussion: """
            A run of 'benchrun ab' is judged by its own two arms.

            Exit status: 0 pass, 1 regression, 3 inconclusive or suspect, 4 a row has no value, 69 an environment of the
            baseline could not be used, 2 the gate itself failed.

            EXAMPLES
              benchrun gate                                     the latest run against baseline 'main'
              benchrun gate latest --baseline 20261101-101010-0a0b
              benchrun gate --history                           against the runs before it
              benchrun gate --junit gate.xml --markdown gate.md --inconclusive-ok
            """
    )

    @Argument(help: "The run to judge: its id, its folder, or 'latest'.")
    var candidate = "latest"

    @Option(help: ArgumentHelp("A baseline's name, or a run's id or folder.", valueName: "name"))
    var baseline = "main"

    @Flag(help: "Judge by the runs before it instead; at least five.")
    var history = false

    @Flag(help: "Take a baseline of another machine or of other limits where there is none of these.")
    var across = false

    @Flag(help: "Exit with 0 where the answer is inconclusive or suspect.")
    var inconclusiveOk = false

    @OptionGroup var outputs: GateOutputs
    @OptionGroup var store: StoreOptions

    func run() async throws {
        let report: GateReport
        let trouble: Trouble
        do {
            if try store.runs.find(candidate).loadManifest().arms != nil {
                report = try InterleavedGate(try store.runs.find(candidate)).report()
                trouble = Trouble(missing: withoutValue(report))
            } else if history {
                (report, trouble) = try await byHistory()
            } else {
                (report, trouble) = try await byBaseline()
            }
        } catch let refusal as FileGateAnalysis.Refusal {
            throw Failure("\(refusal)", status: ExitStatus.invalidMeasurement)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
        let status = trouble.status(report, inconclusiveOk: inconclusiveOk)
        try outputs.deliver(report, exitStatus: status?.rawValue ?? 0)
        for line in trouble.lines { Terminal.error("benchrun: \(line)") }
        if let status { throw status }
    }

    /// What keeps a run from being judged whole.
    private struct Trouble {
        var missing: [String] = []
        var unavailable: [String] = []

        var lines: [String] {
            missing.map { "\($0) has no value to compare" }
                + unavailable.map { "environment '\($0)' was measured in the baseline and could not be used now" }
        }

        func status(_ report: GateReport, inconclusiveOk: Bool) -> ExitCode? {
            if report.exitCode == 1 { return ExitCode(1) }
            if !unavailable.isEmpty { return ExitStatus.unavailable }
            if !missing.isEmpty { return ExitStatus.invalidMeasurement }
            return report.exitCode == 3 && !inconclusiveOk ? ExitCode(3) : nil
        }
    }

    private func byBaseline() async throws -> (GateReport, Trouble) {
        let name = baseline
        let isRun = (try? store.runs.find(name)) != nil
        let lookup = RunLookup(store: store.runs, across: across)
        let wanted = isRun || name.hasPrefix(BaselineStore.prefix) ? name : BaselineStore.prefix + name
        let (found, old, _, new) = try await lookup.pair(wanted, candidate)
        guard old.manifest.run != new.manifest.run else {
            throw Failure(
                "run \(new.manifest.run) is the baseline itself; measure first, or name another run",
                status: ExitStatus.usage
            )
        }
        var report = try FileGateAnalysis.judge(baseline: old, candidate: new, name: found.name)
        report.warnings = found.warnings + report.warnings
        let lost = new.manifest.environments.filter { environment in
            environment.unavailable != nil
                && old.manifest.environments.contains {
                    $0.spec.name == environment.spec.name && $0.unavailable == nil
                }
        }.map(\.spec.name)
        let empty = report.rows.filter { row in
            !lost.contains(row.row.environment)
                && (row.row.candidate.overhead == nil || row.row.baseline.overhead == nil)
        }
        return (report, Trouble(missing: empty.map(Self.name), unavailable: lost))
    }

    private func byHistory() async throws -> (GateReport, Trouble) {
        let runs = store.runs
        let manifest = try runs.find(candidate).loadManifest()
        let index = await FileQueue.run("history") { HistoryIndex(runs) }
        let earlier = index.entries.last { $0.run != manifest.run.text && $0.run < manifest.run.text }?.run
        let previous = try earlier.flatMap { RunID($0) }.map { try runs.folder(of: $0).loadManifest() }
        let report = try HistoryGate.judge(
            manifest.run,
            entries: index.entries,
            differences: previous.map { RunDifference.between($0, manifest) } ?? []
        )
        // A row that failed in every round has no entry: those of the run before it say what is to be expected.
        let own = Set(report.rows.map { [$0.row.workload, $0.row.caseLabel, $0.row.environment] })
        let lost = manifest.environments.filter { $0.unavailable != nil }.map(\.spec.name)
        let empty = index.entries.filter { entry in
            entry.run == earlier && entry.overhead != nil
                && !own.contains([entry.workload, entry.caseLabel, entry.environment])
                && manifest.workloads.contains { $0.name == entry.workload && $0.cases.contains(entry.caseLabel) }
                && manifest.environments.contains { $0.spec.name == entry.environment }
        }
        let missing = empty.filter { !lost.contains($0.environment) }.map { entry in
            "\(entry.workload) \(entry.caseLabel)".trimmingCharacters(in: .whitespaces) + " in \(entry.environment)"
        }
        let unavailable = lost.filter { name in empty.contains { $0.environment == name } }
        return (report, Trouble(missing: missing, unavailable: unavailable))
    }

    /// Rows of an A/B without a value on either side.
    private func withoutValue(_ report: GateReport) -> [String] {
        report.rows.filter { $0.row.candidate.launches == 0 || $0.row.baseline.launches == 0 }.map(Self.name)
    }

    private static func name(_ row: GateReport.Row) -> String { "\(row.row.label) in \(row.row.environment)" }
}

/// Where a gate's answer goes besides standard output.
struct GateOutputs: ParsableArguments {
    @Flag(help: "Print the answer as JSON.")
    var json = false

    @Option(help: ArgumentHelp("Write JUnit XML.", valueName: "file"))
    var junit: String?

    @Option(help: ArgumentHelp("Write a summary in Markdown; GITHUB_STEP_SUMMARY gets it too.", valueName: "file"))
    var markdown: String?

    @Option(help: ArgumentHelp("Write OpenMetrics text.", valueName: "file"))
    var openmetrics: String?

    @Option(help: ArgumentHelp("Write Bencher's BMF JSON.", valueName: "file"))
    var bencher: String?

    @Option(help: ArgumentHelp("Write github-action-benchmark's customSmallerIsBetter JSON.", valueName: "file"))
    var benchmarkAction: String?

    @Flag(help: "Print GitHub annotations; so where GITHUB_ACTIONS is 'true'.")
    var annotations = false

    /// Writes everything; what cannot be written is an error, after the answer was printed.
    func deliver(_ report: GateReport, exitStatus: Int32? = nil) throws {
        let environment = ProcessInfo.processInfo.environment
        if json {
            Terminal.out(try JSON.text(report))
        } else {
            Terminal.out(
                GateText(
                    report: report,
                    exitStatus: exitStatus,
                    width: Reporting.outputWidth,
                    colour: Reporting.wantsColour
                ).render()
            )
        }
        if annotations || environment["GITHUB_ACTIONS"] == "true" {
            let text = GateAnnotations(report: report).render()
            if !text.isEmpty { json ? Terminal.error(text) : Terminal.out(text) }
        }
        let files: [(String?, () throws -> String)] = [
            (junit, { GateJUnit(report: report).render() }), (markdown, { GateMarkdown(report: report).render() }),
            (openmetrics, { GateOpenMetrics(report: report).render() }),
            (bencher, { GateBencher(report: report).render() }),
            (benchmarkAction, { GateBenchmarkAction(report: report).render() }),
        ]
        do {
            for (path, text) in files {
                if let path { try replaceFile(path, with: Array(try text().utf8)) }
            }
            if let summary = environment["GITHUB_STEP_SUMMARY"], !summary.isEmpty {
                try appendFile(summary, Array(GateMarkdown(report: report).render().utf8))
            }
        } catch {
            throw Failure(error)
        }
    }
}
