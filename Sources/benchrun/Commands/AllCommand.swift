import ArgumentParser
import Catalog

/// `benchrun all`: the default suite.
struct AllCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "all",
        abstract: "Run the default suite in every environment and report the overhead.",
        discussion: """
            EXAMPLES
              benchrun all
              benchrun all --rounds 12 --budget '20 min'
              benchrun all --precise
              benchrun all --dry-run
            """
    )

    @OptionGroup var catalog: CatalogOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var measure: MeasureOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let catalog = try catalog.load()
        let selection = try Selection(suite: try catalog.suite(named: "default"), in: catalog)
        try await Measurement(
            selection: selection,
            catalog: catalog,
            store: store,
            options: measure,
            output: output
        ).run()
    }
}
