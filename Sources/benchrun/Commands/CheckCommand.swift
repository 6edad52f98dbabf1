import ArgumentParser
import Catalog

/// `benchrun check`: validates the user's files.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Validate the files under benchmarks/, with file and line of every problem.",
        discussion: """
            Exits with 0 when all is well and with 64 otherwise.

            EXAMPLES
              benchrun check
              benchrun check --benchmarks ./mine --json
            """
    )

    @OptionGroup var catalog: CatalogOptions

    @Flag(help: "Print the answer as JSON.")
    var json = false

    /// The answer.
    struct Answer: Codable {
        var workloads: Int
        var environments: Int
        var suites: Int
        var images: Int
        var problems: [String]
    }

    func run() async throws {
        let (loaded, problems) = Catalog.load(directory: try catalog.directory(), drivers: DriverRegistry.options)
        let answer = Answer(
            workloads: loaded.workloads.count,
            environments: loaded.environments.count,
            suites: loaded.suites.count,
            images: loaded.images.count,
            problems: problems.map { "\($0)" }
        )
        if json {
            Terminal.out(try JSON.text(answer))
        } else {
            for problem in answer.problems { Terminal.out(problem) }
            let counts =
                "\(answer.workloads) workloads, \(answer.environments) environments, "
                + "\(answer.suites) suites, \(answer.images) images"
            Terminal.out(problems.isEmpty ? "\(counts): all well" : "\(counts), \(problems.count) problems")
        }
        if !problems.isEmpty { throw ExitStatus.usage }
    }
}
