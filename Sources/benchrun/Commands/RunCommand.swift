import ArgumentParser
import BenchrunModel
import Catalog

/// `benchrun run`: a suite, a choice of workloads and environments, or a command of the user's.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a suite, a choice of workloads, or a command of your own.",
        discussion: """
            A command of your own runs in the default image, or in the one that --image names; its wall time is
            compared. Native is always included.

            EXAMPLES
              benchrun run --suite smoke
              benchrun run -w sysbench-cpu -w fio-randread-4k -e docker -e podman --rounds 10
              benchrun run -w xz -e podman --precise --half-width '5 %' --budget '10 min'
              benchrun run -e docker -- openssl speed -seconds 1 sha256
              benchrun run --image dockerfile:. -e docker -e libvirt-tcg -- ./bench --quick
            """
    )

    @Option(name: .shortAndLong, help: "A suite, by name.")
    var suite: String?

    @Option(name: .shortAndLong, help: "A workload, by name; may be given several times.")
    var workload: [String] = []

    @Option(name: .shortAndLong, help: "An environment, by name; may be given several times.")
    var environment: [String] = []

    @Option(
        help: ArgumentHelp(
            "The image: one of the benchmark files', an imported one, or a source.",
            discussion: "Sources are those of 'benchrun image import'.",
            valueName: "image"
        )
    )
    var image: String?

    @OptionGroup var catalog: CatalogOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var measure: MeasureOptions
    @OptionGroup var output: OutputOptions

    @Argument(parsing: .postTerminator, help: "After --: the command to measure.")
    var command: [String] = []

    func validate() throws {
        if !command.isEmpty, suite != nil || !workload.isEmpty {
            throw ValidationError("a command of your own goes without --suite and --workload")
        }
        // A variable that was empty in a script must not become the default suite.
        if command.first?.isEmpty ?? CommandLine.arguments.contains("--") {
            throw ValidationError("there is no command after --; leave -- out to run a suite")
        }
    }

    func run() async throws {
        let catalog = try catalog.load()
        var selection: Selection
        if command.isEmpty {
            let base = try catalog.suite(named: suite ?? "default")
            selection = try Selection(suite: base, in: catalog)
        } else {
            selection = try Selection(command: command, in: catalog)
        }
        if !workload.isEmpty { try selection.choose(workloads: workload, in: catalog, isWithinSuite: suite != nil) }
        if let image { try selection.choose(image: image, in: catalog, isCommand: !command.isEmpty) }
        if !environment.isEmpty { try selection.choose(environments: environment, in: catalog) }
        try await Measurement(
            selection: selection,
            catalog: catalog,
            store: store,
            options: measure,
            output: output
        ).run()
    }
}
