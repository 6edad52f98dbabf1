import Analysis
import ArgumentParser
import BenchrunModel
import Catalog
import Host
import Reports
import Results

/// `benchrun calibrate`: how small a difference can be seen on this host.
struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measure this host's noise: each environment against itself, whose true difference is 0.",
        discussion: """
            Every environment runs twice in each round, under its own name and a second one, in several runs. What
            differs is noise: how much launches vary, how much whole runs vary beyond that (tau), and so the smallest
            difference that can be seen. It is kept for this host, and every later report tells it.

            EXAMPLES
              benchrun calibrate
              benchrun calibrate -w sysbench-cpu -w xz -e docker --runs 10
              benchrun calibrate --resume
              benchrun run -w xz -e docker --plan '1 %'
            """
    )

    @Option(name: .shortAndLong, help: "A suite, by name, whose workloads are calibrated.")
    var suite = "default"

    @Option(name: .shortAndLong, help: "A workload, by name; may be given several times.")
    var workload: [String] = []

    @Option(name: .shortAndLong, help: "An environment beside native, by name; may be given several times.")
    var environment: [String] = []

    @Option(help: "Number of runs; 5 is the least from which differences between runs can be told.")
    var runs = CalibrationSession.runs

    @Flag(help: "Count the finished runs of the same plan that are in the folder of the runs.")
    var resume = false

    @OptionGroup var catalog: CatalogOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var measure: MeasureOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if !(1...1000).contains(runs) { throw ValidationError("--runs takes a whole number from 1 to 1000") }
        if measure.schedule.precise || measure.schedule.reuseInstances {
            throw ValidationError("a calibration has a fixed number of rounds, and fresh instances in each")
        }
        if measure.plan != nil { throw ValidationError("--plan goes with 'run' or 'all', which it plans") }
    }

    func run() async throws {
        let catalog = try catalog.load()
        var selection = try Selection(suite: try catalog.suite(named: suite), in: catalog)
        if !workload.isEmpty { try selection.choose(workloads: workload, in: catalog, isWithinSuite: false) }
        try selection.choose(environments: environment, in: catalog)
        selection.environments = selection.environments.flatMap { [$0, $0.twin] }
        selection.suiteName = CalibrationSession.suiteName
        // A suite's budget is meant for one run of it.
        selection.budget = nil
        var options = measure
        options.rounds = options.rounds ?? CalibrationSession.rounds
        let measurement = Measurement(
            selection: selection,
            catalog: catalog,
            store: store,
            options: options,
            output: output
        )
        if options.dryRun { return try await measurement.run() }
        try await calibrate(CalibrationSession(measurement: measurement, runs: runs, counts: resume))
    }

    private func calibrate(_ session: CalibrationSession) async throws {
        let display = output.display()
        let outcome = await Interruption.watching({ session.measurement.announce($0, $1, on: display) }) {
            try await session.measure(display)
        }
        display.stop()
        if outcome.isInterrupted {
            throw Failure(
                "interrupted; 'benchrun calibrate --resume' with the same arguments goes on after the finished runs",
                status: ExitStatus.interrupted
            )
        }
        let measured: (finished: [RunID], failure: String?)
        do {
            measured = try outcome.result.get()
        } catch {
            throw (error as? Failure) ?? Failure(error)
        }
        let known = try await conclude(session, measured.finished)
        if let missing = environment.first(where: { !known.contains($0) }) {
            throw Failure(
                "environment '\(missing)' could not be used; 'benchrun doctor' says more",
                status: ExitStatus.unavailable
            )
        }
        if let failure = measured.failure {
            throw Failure("\(failure)\n  'benchrun calibrate --resume' goes on after the finished runs")
        }
    }

    private struct Answer: Encodable {
        var file: String
        var entries: [Calibration.Entry]
        var trials: [CalibrationAnalysis.Trial]
    }

    /// Keeps and prints what the runs say.
    /// - Returns: The environments of which something is known.
    private func conclude(_ session: CalibrationSession, _ runs: [RunID]) async throws -> Set<String> {
        let analysis: CalibrationAnalysis
        let calibrations = CalibrationStore(locations: Locations.standard())
        let entries: [Calibration.Entry]
        do {
            analysis = try await session.analysis(of: runs)
            entries = analysis.entries()
            try calibrations.add(entries)
        } catch {
            throw Failure(error)
        }
        let answer = Answer(file: calibrations.path, entries: entries, trials: analysis.trials)
        let report = CalibrationReport(
            entries: entries,
            trials: analysis.trials,
            file: calibrations.path,
            width: Reporting.outputWidth,
            colour: Reporting.wantsColour
        )
        Terminal.out(output.json ? try JSON.text(answer) : report.render())
        return Set(entries.map(\.environment))
    }
}
