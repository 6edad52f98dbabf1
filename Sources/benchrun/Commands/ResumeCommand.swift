import ArgumentParser
import BenchrunModel
import Catalog
import Foundation
import Results

/// `benchrun resume`: goes on with a run that ended early.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run that was interrupted or killed, with its own schedule.",
        discussion: """
            Finished samples stay. A workload that was cut off in the middle of a round is measured again in every
            environment of that round, so that only samples of one session are compared with each other. A --precise run
            goes on until its intervals are narrow enough; one that had spent its budget gets as much again.

            EXAMPLES
              benchrun resume latest
              benchrun resume 20261123-224501-7f3a
            """
    )

    @Argument(help: "The run's id, its folder, or 'latest'.")
    var run: String

    @OptionGroup var catalog: CatalogOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("The folder that the run's --scratch named.", valueName: "dir"))
    var scratch: String?

    @Option(
        help: ArgumentHelp(
            "Begin no further round after this time: '10 min'; default: what is left of the budget of a --precise run.",
            valueName: "time"
        )
    )
    var budget: String?

    func validate() throws {
        if let budget, Quantity.duration(budget) == nil {
            throw ValidationError("--budget takes a time such as '10 min' or '90 s', not '\(budget)'")
        }
    }

    func run() async throws {
        let catalog = try catalog.load()
        let folder = try store.runs.find(run)
        let manifest = try folder.loadManifest()
        try requireInStore(folder, manifest.run)
        guard manifest.arms == nil else {
            throw Failure(
                "run \(manifest.run) measured an A/B, whose arms are not in the benchmark files; begin a new one with "
                    + "'benchrun ab'",
                status: ExitStatus.usage
            )
        }
        if let origin = manifest.origin {
            throw Failure(
                "run \(manifest.run) was imported from \(origin.tool), and there is nothing to go on with; import more "
                    + "values with 'benchrun import'",
                status: ExitStatus.usage
            )
        }
        let selection = try Selection(resuming: manifest, in: catalog)
        var options = try MeasureOptions.parse([])
        options.strict = manifest.conditions?.isStrict ?? false
        options.tune = manifest.conditions?.tuning != nil
        options.scratch = scratch
        options.budget = budget
        var measurement = Measurement(
            selection: selection,
            catalog: catalog,
            store: store,
            options: options,
            output: output
        )
        measurement.resumed = manifest
        try await measurement.run()
    }

    /// A folder may be named from anywhere; what goes on is the run of that id in the store.
    private func requireInStore(_ folder: RunFolder, _ run: RunID) throws {
        let own = URL(filePath: store.runs.folder(of: run).path).resolvingSymlinksInPath().path
        guard URL(filePath: folder.path).resolvingSymlinksInPath().path != own else { return }
        throw Failure(
            "'\(folder.path)' is not in '\(store.results)'; name the folder that holds it with --results",
            status: ExitStatus.usage
        )
    }
}

extension Selection {
    /// What a run measured, from the catalog's files as long as they are what they were.
    init(resuming manifest: RunManifest, in catalog: Catalog) throws {
        let isCommand = manifest.suite == "command"
        if isCommand, let command = manifest.workloads.first?.command {
            try self.init(command: command, in: catalog)
        } else {
            // The suite's own file says what the manifest does not: the scratch's size.
            let suite = catalog.suites.first { $0.name == manifest.suite }
            try self.init(suite: try suite ?? catalog.suite(named: "default"), in: catalog)
            workloads = try manifest.workloads.map { record in
                let workload = try catalog.workload(named: record.name)
                guard catalog.record(of: workload) == record else {
                    throw Failure(
                        "workload '\(record.name)' is no longer what run \(manifest.run) measured; begin a new run",
                        status: ExitStatus.usage
                    )
                }
                return workload
            }
        }
        suiteName = manifest.suite
        environments = manifest.environments.map(\.spec)
        rounds = manifest.rounds
        budget = nil
        if let source = manifest.image.source {
            try choose(image: source, in: catalog, isCommand: isCommand)
            image.name = manifest.image.recipe
        } else {
            image = try catalog.image(named: manifest.image.recipe)
        }
        memory = manifest.limits.memory
        scratch = manifest.scratchSize ?? scratch
    }
}
