import ArgumentParser
import Reports
import Results

/// `benchrun report`: makes tables and pictures again from a run's folder alone.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make the tables, pictures and pages of a run again, from its folder alone.",
        discussion: """
            EXAMPLES
              benchrun report latest
              benchrun report results/20261123-224501-7f3a --plots /tmp/pictures
              benchrun report latest --json
            """
    )

    @Argument(help: "The run's id, its folder, or 'latest'.")
    var run = "latest"

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func run() async throws {
        let report: RunReport
        if let folder = try? store.runs.find(run), let manifest = try? folder.loadManifest(), manifest.arms != nil {
            // Its rows are arms of a comparison and have no overhead against native.
            throw Failure(
                "run \(manifest.run) measured an A/B; 'benchrun gate \(manifest.run)' shows its answer",
                status: ExitStatus.usage
            )
        }
        do {
            report = try await Reporting.build(named: run, store: store)
        } catch {
            throw Failure(error)
        }
        Terminal.out(json ? try report.json() : report.text(colour: Reporting.wantsColour))
        if let problem = report.report.pictureError { throw Failure(problem) }
    }
}
