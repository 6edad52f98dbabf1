import Analysis
import ArgumentParser
import Reports
import Results

/// `benchrun compare`: two runs beside each other.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare two runs: how each overhead and value changed, with intervals, and what else differs.",
        discussion: """
            A run is named by its id, its folder, 'latest', or 'baseline:NAME'. The overhead's interval is widened by what
            two runs of the same thing differ by on this host, as 'benchrun calibrate' has found, or by 1 % without it.

            EXAMPLES
              benchrun compare 20261123-224501-7f3a latest
              benchrun compare baseline:main latest --markdown
              benchrun compare old/results/20261101-101010-0a0b latest --json
            """
    )

    @Argument(help: "The run to compare with.")
    var baseline: String

    @Argument(help: "The run to look at.")
    var candidate: String

    @OptionGroup var store: StoreOptions

    @Flag(help: "Take a baseline of another machine or of other limits where there is none of these.")
    var across = false

    @Flag(help: "Print the answer as JSON.")
    var json = false

    @Flag(help: "Print the answer as Markdown.")
    var markdown = false

    func validate() throws {
        if json, markdown { throw ValidationError("--json and --markdown exclude each other") }
    }

    func run() async throws {
        do {
            let lookup = RunLookup(store: store.runs, across: across)
            let (found, baseline, _, candidate) = try await lookup.pair(self.baseline, self.candidate)
            var comparison = RunComparison.of(baseline: baseline, candidate: candidate)
            comparison.warnings = found.warnings + comparison.warnings
            if json {
                Terminal.out(try JSON.text(comparison))
            } else {
                let text = CompareText(comparison, width: Reporting.outputWidth, colour: Reporting.wantsColour)
                Terminal.out(markdown ? text.markdown() : text.render())
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
    }
}

extension RunLookup.Found {
    /// What is said of a baseline that was made elsewhere.
    var warnings: [String] {
        differences.isEmpty
            ? []
            : [
                "\(name) was made in another place (\(differences.joined(separator: "; "))): what the places differ by is in "
                    + "every figure"
            ]
    }
}
