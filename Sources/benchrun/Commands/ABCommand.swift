import Analysis
import ArgumentParser
import BenchrunModel
import Catalog
import Experiment
import Results
import Statistics

/// `benchrun ab`: candidate and baseline in turn, in one run.
struct ABCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ab",
        abstract: "Measure a candidate against a baseline, interleaved in one run; the exit status is the answer.",
        discussion: """
            What differs is an environment's file, an image, or a command. A row whose whole interval lies above the
            change that matters is measured afresh before it is called a regression. Exit status as of 'benchrun gate'.

            EXAMPLES
              benchrun ab -w sysbench-cpu -e docker --candidate docker-unconfined
              benchrun ab -w xz -e podman --baseline-image debian --candidate-image mine
              benchrun ab -e native -- sort -u /usr/share/dict/words --vs sort --parallel=1 -u /usr/share/dict/words
              benchrun ab --suite smoke -e docker --candidate docker-new --precise --junit ab.xml
            """
    )

    @Option(name: .shortAndLong, help: "The baseline's environment, and the candidate's unless that is named.")
    var environment: String

    @Option(help: ArgumentHelp("The candidate's environment.", valueName: "environment"))
    var candidate: String?

    @Option(help: ArgumentHelp("The baseline's image; default: the suite's.", valueName: "image"))
    var baselineImage: String?

    @Option(help: ArgumentHelp("The candidate's image; default: the baseline's.", valueName: "image"))
    var candidateImage: String?

    @Option(name: .shortAndLong, help: "A suite, by name.")
    var suite: String?

    @Option(name: .shortAndLong, help: "A workload, by name; may be given several times.")
    var workload: [String] = []

    @Flag(help: "Exit with 0 where the answer is inconclusive or suspect.")
    var inconclusiveOk = false

    @OptionGroup var outputs: GateOutputs
    @OptionGroup var catalog: CatalogOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var measure: MeasureOptions

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    @Flag(help: "Plain lines instead of the live display.")
    var plain = false

    @Argument(parsing: .postTerminator, help: "After --: the baseline's command, --vs, the candidate's command.")
    var command: [String] = []

    /// Rounds of an A/B that says nothing about them: enough for a confirmed regression of twice the change that matters at
    /// 3 % noise.
    static let rounds = 16

    private var commands: (baseline: [String], candidate: [String])? {
        guard let place = command.firstIndex(of: "--vs") else { return nil }
        return (Array(command[..<place]), Array(command[(place + 1)...]))
    }

    func validate() throws {
        if !command.isEmpty {
            guard let commands, !commands.baseline.isEmpty, !commands.candidate.isEmpty else {
                throw ValidationError("after -- come the baseline's command, --vs, and the candidate's command")
            }
            if suite != nil || !workload.isEmpty {
                throw ValidationError("commands of your own go without --suite and --workload")
            }
        }
        if measure.plan != nil || measure.dryRun {
            throw ValidationError("--plan and --dry-run go with 'run' or 'all'")
        }
    }

    func run() async throws {
        let catalog = try catalog.load()
        var selection = try selection(catalog)
        let arms = try arms(&selection, catalog)
        guard !arms.isNull else {
            throw Failure(
                "candidate and baseline are the same; name what differs with --candidate, --candidate-image or --vs",
                status: ExitStatus.usage
            )
        }
        var output = try OutputOptions.parse([])
        output.quiet = quiet
        output.plain = plain
        var options = measure
        if options.rounds == nil, !options.schedule.precise, suite == nil { options.rounds = Self.rounds }
        var measurement = Measurement(
            selection: selection,
            catalog: catalog,
            store: store,
            options: options,
            output: output,
            makesReport: false
        )
        measurement.arms = arms
        try judge(try await measured(measurement, output))
    }

    private func selection(_ catalog: Catalog) throws -> Selection {
        if let commands { return try Selection(command: commands.baseline, in: catalog) }
        var selection = try Selection(suite: try catalog.suite(named: suite ?? "default"), in: catalog)
        if !workload.isEmpty { try selection.choose(workloads: workload, in: catalog, isWithinSuite: suite != nil) }
        return selection
    }

    private func arms(_ selection: inout Selection, _ catalog: Catalog) throws -> ArmsChoice {
        let baseline = try catalog.environment(named: environment)
        let other = try candidate.map { try catalog.environment(named: $0) } ?? baseline
        if let baselineImage { selection.image = try ImageChoice.find(baselineImage, in: catalog) }
        let image = try candidateImage.map { try ImageChoice.find($0, in: catalog) }
        let arms = ArmsChoice(
            baseline: baseline,
            candidate: other,
            commands: commands,
            images: image.map { (selection.image, $0) }
        )
        selection.environments = arms.environments
        selection.requiredEnvironments = Set(arms.environments.map(\.name))
        selection.suiteName = "ab"
        return arms
    }

    private func measured(_ measurement: Measurement, _ output: OutputOptions) async throws -> FinishedRun {
        let display = output.display()
        let outcome = await Interruption.watching({ measurement.announce($0, $1, on: display) }) {
            try await measurement.measure(display)
        }
        display.stop()
        switch outcome.result {
        case .success(let finished):
            if finished.ending == .interrupted || outcome.isInterrupted {
                throw Failure(
                    "interrupted: the samples are in \(store.results)/\(finished.run)/samples.csv",
                    status: ExitStatus.interrupted
                )
            }
            if case .failed(let reason) = finished.ending { throw Failure(reason) }
            return finished
        case .failure where outcome.isInterrupted: throw Failure("interrupted", status: ExitStatus.interrupted)
        case .failure(let error): throw (error as? Failure) ?? Failure(error)
        }
    }

    private func judge(_ finished: FinishedRun) throws {
        let report: GateReport
        do {
            report = try InterleavedGate(store.runs.folder(of: finished.run)).report()
        } catch {
            throw Failure(error)
        }
        let isEmpty = report.rows.contains { $0.row.candidate.launches == 0 || $0.row.baseline.launches == 0 }
        let status = report.exitCode == 1 ? 1 : isEmpty ? ExitStatus.invalidMeasurement.rawValue : report.exitCode
        try outputs.deliver(report, exitStatus: status == 3 && inconclusiveOk ? 0 : status)
        Terminal.error("samples  \(store.results)/\(finished.run)/samples.csv")
        if isEmpty {
            Terminal.error("benchrun: a row has no value; what failed is in \(store.results)/\(finished.run)")
        }
        if status == 3, inconclusiveOk { return }
        if status != 0 { throw ExitCode(status) }
    }
}
