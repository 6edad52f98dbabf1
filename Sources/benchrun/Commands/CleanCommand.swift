import ArgumentParser
import Host

/// `benchrun clean`: removes what dead runs left on the host.
struct CleanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Remove what killed runs left on this host: processes, containers, domains, mounts, groups, files.",
        discussion: """
            Only what a dead run's ledger names is touched. Results, reports and images stay
            ('benchrun image rm' removes images).

            EXAMPLES
              benchrun clean
            """
    )

    @Flag(help: "Print the answer as JSON.")
    var json = false

    /// The answer.
    struct Answer: Codable {
        var removed: [String]
        var restored: [String]
        var failures: [String]
    }

    func run() async throws {
        let outcome = await Interruption.watching({ signal, _ in
            Terminal.error(
                "interrupted (\(signal)): what is not removed yet stays recorded for the next 'benchrun clean'"
            )
        }) {
            await Sweeping.sweepDeadRuns(locations: Locations.standard())
        }
        let result = try outcome.result.get()
        if json {
            Terminal.out(
                try JSON.text(Answer(removed: result.removed, restored: result.restored, failures: result.failed))
            )
        } else {
            for line in result.removed { Terminal.out("removed \(line)") }
            for line in result.restored { Terminal.out("restored \(line)") }
            for line in result.failed where !outcome.isInterrupted { Terminal.error("benchrun: \(line)") }
            if result.removed.isEmpty && result.restored.isEmpty && result.failed.isEmpty {
                Terminal.out("nothing to remove")
            }
        }
        if outcome.isInterrupted { throw ExitStatus.interrupted }
        if !result.failed.isEmpty { throw ExitStatus.failed }
    }
}
