import ArgumentParser
import Catalog

/// The command line. Signals are blocked and routed before the first thread starts, whatever the command.
@main
struct Benchrun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchrun",
        abstract: "Measures what isolation costs: the same work natively, in containers and in virtual machines.",
        discussion: """
            EXAMPLES
              benchrun all                              the default suite, everywhere, with a report
              benchrun run --suite smoke                a quick look
              benchrun run -w sysbench-cpu -e docker    one workload in native and docker
              benchrun run -- sha256sum /usr/bin/perl   your own command, in the default image
              benchrun doctor                           what can be used here, and why not
              benchrun gate --baseline main             did the cost change since then?
            """,
        version: Version.text,
        subcommands: [
            AllCommand.self, RunCommand.self, ResumeCommand.self, ListCommand.self, DoctorCommand.self,
            CheckCommand.self, ImageCommand.self, ReportCommand.self, CalibrateCommand.self, CompareCommand.self,
            GateCommand.self, ABCommand.self, BaselineCommand.self, HistoryCommand.self, ResultsCommand.self,
            ImportCommand.self, InitCommand.self, CleanCommand.self,
        ]
    )

    static func main() async {
        do {
            try Interruption.install()
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as Failure {
            end(error)
        } catch let status as ExitCode {
            _exit(status)
        } catch let error as CatalogError {
            end(Failure("\(error)", status: ExitStatus.usage))
        } catch {
            // The parser knows its own: arguments that mean nothing, and requests for help.
            if exitCode(for: error) != .failure { exit(withError: error) }
            end(Failure(error))
        }
    }

    private static func end(_ failure: Failure) -> Never {
        Terminal.error("benchrun: \(failure.message)")
        _exit(failure.status)
    }

    private static func _exit(_ status: ExitCode) -> Never {
        exit(withError: status)
    }
}

/// The version of this build.
enum Version {
    static let text = "0.1.0"
}
