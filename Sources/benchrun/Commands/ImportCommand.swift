import ArgumentParser
import BenchrunModel
import Foundation
import Import
import Results

/// `benchrun import`: results of other tools as a run.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a run of other tools' results, to be compared and reported like one of benchrun's own.",
        discussion: """
            Reads hyperfine's, fio's and google/benchmark's JSON, the Phoronix Test Suite's composite.xml, PerfKit
            Benchmarker's JSON lines, and CSV with the columns workload, metric, value and, where they are known,
            environment, unit, better, case, round, iteration. NAME is the environment that a file is of; without it the
            file says so itself, or its own name is taken. Several files of one environment add up.

            Values without rounds are compared as independent samples, and the report says so: what changed on the host
            between one environment and the next counts as the environment's cost.

            EXAMPLES
              benchrun import native=native.json docker=docker.json
              benchrun import composite.xml --native 'Bare metal'
              benchrun import measurements.csv --native host --better lower
            """
    )

    @Argument(help: ArgumentHelp("Files, each with the environment it is of.", valueName: "[name=]file"))
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "What the files are: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "format"
        )
    )
    var format = Format.auto

    @Option(help: ArgumentHelp("The environment that others are compared with; default: native.", valueName: "name"))
    var native: String?

    @Option(
        help: ArgumentHelp("Which way is better where neither file nor unit tells: lower or higher.", valueName: "way")
    )
    var better: Way?

    @Flag(help: "Print the answer as JSON.")
    var json = false

    @OptionGroup var store: StoreOptions

    /// `auto`, or a format by name.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case auto, hyperfine, fio, phoronix, perfkit
        case googleBenchmark = "google-benchmark"
        case csv

        var format: ImportFormat? { ImportFormat(rawValue: rawValue) }
    }

    /// A direction that can be judged.
    enum Way: String, ExpressibleByArgument, CaseIterable {
        case lower, higher

        var better: Better { self == .lower ? .lower : .higher }
    }

    func run() async throws {
        let now = Date()
        let imported: ImportedRun
        do {
            imported = try await read(now)
        } catch {
            throw Failure("\(error)", status: ExitStatus.usage)
        }
        let runs = store.runs
        let folder: RunFolder
        do {
            folder = try await FileQueue.run("import.write") { () throws(ResultsError) in try imported.write(to: runs) }
        } catch {
            throw Failure(error)
        }
        let answer = Answer(imported, folder: folder.path)
        Terminal.out(json ? try JSON.text(answer) : answer.text)
        for warning in imported.manifest.warnings { Terminal.error("benchrun: \(warning)") }
        let place = store.results == "results" ? "" : " --results \(store.results)"
        Terminal.error("next: benchrun report \(answer.run)\(place)")
    }

    /// Everything that is wrong here is wrong with the arguments or the files.
    private func read(_ now: Date) async throws(ImportError) -> ImportedRun {
        let sources = try files.map { argument throws(ImportError) in try ImportSource(argument: argument) }
        let format = format.format
        let results = try await FileQueue.run("import.read") { () throws(ImportError) in
            try sources.map { source throws(ImportError) in
                (environment: source.environment, results: try source.read(format: format))
            }
        }
        return try ImportedRun(
            results,
            native: native,
            better: better?.better,
            run: RunNames.run(at: now),
            version: Version.text,
            moment: now.timeIntervalSince1970
        )
    }

    /// What was imported.
    struct Answer: Codable {
        /// An environment and how many values it has.
        struct Environment: Codable {
            var name: String
            var title: String
            var values: Int
            var failures: Int
        }

        var run: String
        var folder: String
        var tool: String
        var files: [String]
        var hasRounds: Bool
        var environments: [Environment]
        var workloads: [String]
        var warnings: [String]

        init(_ imported: ImportedRun, folder: String) {
            let manifest = imported.manifest
            run = manifest.run.text
            self.folder = folder
            tool = manifest.origin?.tool ?? ""
            files = manifest.origin?.files ?? []
            hasRounds = !manifest.isUnpaired
            environments = manifest.environments.map { record in
                let own = imported.samples.filter { $0.environment == record.spec.name }
                return Environment(
                    name: record.spec.name,
                    title: record.spec.title,
                    values: own.count { $0.value != nil },
                    failures: own.count { $0.value == nil }
                )
            }
            workloads = manifest.workloads.map(\.name)
            warnings = manifest.warnings
        }

        /// For people; the run's id stands in the first line.
        var text: String {
            let lines = environments.map { environment in
                let title = environment.title.isEmpty ? "" : " (\(environment.title))"
                let failures = environment.failures == 0 ? "" : ", \(environment.failures) failed"
                return "  \(environment.name)\(title): \(environment.values) values\(failures)"
            }
            let rounds = hasRounds ? "in rounds" : "without rounds"
            let count = "\(workloads.count) workload\(workloads.count == 1 ? "" : "s")"
            return (["\(run): \(count) from \(tool), \(rounds)"] + lines).joined(separator: "\n")
        }
    }
}
