import ArgumentParser
import Foundation
import Results

/// `benchrun results`: what to do with the folders of runs.
struct ResultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "Copy runs for others to see, and remove old ones.",
        subcommands: [ResultsExportCommand.self, PruneCommand.self]
    )
}

/// `benchrun results export`: a copy of a run without what names its user or host.
struct ResultsExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Copy a run for publication: no user or host names, no home paths, no unlisted kernel parameters.",
        discussion: """
            The copy is made below the given folder under the run's own id; 'benchrun report' reads it as any other.

            EXAMPLES
              benchrun results export latest published
              benchrun results export 20261123-224501-7f3a published && benchrun report latest --results published
            """
    )

    @Argument(help: "The run's id, its folder, or 'latest'.")
    var run: String

    @Argument(help: "The folder of runs to copy to.")
    var target: String

    @OptionGroup var store: StoreOptions

    func run() async throws {
        do {
            let source = try store.runs.find(run)
            let manifest = try source.loadManifest()
            let copy = RunStore(results: target, plots: store.plots).folder(of: manifest.run)
            // Also where it is the run itself: a redacted copy must not take the place of the record.
            guard !FileManager.default.fileExists(atPath: copy.path) else {
                throw Failure(
                    "'\(copy.path)' is there already; name another folder, or remove it first",
                    status: ExitStatus.usage
                )
            }
            try Redaction.current(environment: ProcessInfo.processInfo.environment).export(source, to: copy)
            Terminal.out(copy.path)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
    }
}
