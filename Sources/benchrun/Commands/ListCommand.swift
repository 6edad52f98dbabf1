import ArgumentParser
import BenchrunModel
import Catalog
import Results

/// `benchrun list`: what can be run.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List workloads, environments, suites and images, and the runs in the store.",
        discussion: """
            EXAMPLES
              benchrun list
              benchrun list runs
              benchrun list workloads --json
            """
    )

    /// What to list.
    enum Kind: String, ExpressibleByArgument, CaseIterable, Codable {
        case workloads, environments, suites, images, runs
    }

    @Argument(help: "Only these: workloads, environments, suites, images or runs.")
    var kind: Kind?

    @OptionGroup var catalog: CatalogOptions
    @OptionGroup var store: StoreOptions

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func run() async throws {
        let catalog = try catalog.load()
        let listing = try Listing(catalog: catalog, store: store)
        if json {
            Terminal.out(try JSON.text(listing.only(kind)))
        } else {
            Terminal.out(listing.text(kind))
        }
    }
}

/// Everything `list` can show.
struct Listing: Codable {
    /// One thing with a name.
    struct Entry: Codable {
        var name: String
        var title: String
        var detail: String
    }

    var sections: [String: [Entry]]

    init(catalog: Catalog, store: StoreOptions) throws {
        sections = [
            "workloads": catalog.workloads.map { workload in
                let metric = workload.metrics.first
                return Entry(
                    name: workload.name,
                    title: workload.title,
                    detail: "\(workload.workloadClass.rawValue), \(metric?.name ?? "") in \(metric?.unit ?? "")"
                )
            },
            "environments": catalog.environments.map {
                Entry(name: $0.name, title: $0.title, detail: "driver \($0.driver)")
            },
            "suites": catalog.suites.map {
                Entry(
                    name: $0.name,
                    title: $0.title,
                    detail:
                        "\($0.workloads.count) workloads, \($0.environments.count) environments, \($0.rounds) rounds"
                )
            },
            "images": catalog.images.map {
                Entry(name: $0.name, title: $0.title, detail: $0.suite.map { "suite \($0)" } ?? "the host's suite")
            },
            "runs": store.runEntries(),
        ]
    }

    func only(_ kind: ListCommand.Kind?) -> [String: [Entry]] {
        guard let kind else { return sections }
        return sections.filter { $0.key == kind.rawValue }
    }

    func text(_ kind: ListCommand.Kind?) -> String {
        ListCommand.Kind.allCases.filter { kind == nil || $0 == kind }.map { kind in
            let entries = sections[kind.rawValue] ?? []
            let width = entries.map(\.name.count).max() ?? 0
            let lines = entries.map { entry in
                let padding = String(repeating: " ", count: width - entry.name.count)
                return "  \(entry.name)\(padding)  \(entry.title) (\(entry.detail))"
            }
            return ([kind.rawValue] + (lines.isEmpty ? ["  none"] : lines)).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}

extension StoreOptions {
    /// The runs in the store; one whose manifest cannot be read says why.
    func runEntries() -> [Listing.Entry] {
        runs.runs().map { run in
            do {
                let manifest = try runs.folder(of: run).loadManifest()
                let isAdaptive = manifest.schedule?.stopping.mode == .adaptive
                if let origin = manifest.origin {
                    return Listing.Entry(
                        name: run.text,
                        title: "imported from \(Printable.line(origin.tool, limit: 80))",
                        detail: "\(manifest.environments.count) environments, \(manifest.workloads.count) workloads"
                    )
                }
                let ending = manifest.sessions.last?.ending?.rawValue ?? "cut off"
                return Listing.Entry(
                    name: run.text,
                    title: "suite \(manifest.suite), \(isAdaptive ? "at most " : "")\(manifest.rounds) rounds",
                    detail: ending
                )
            } catch {
                return Listing.Entry(name: run.text, title: "cannot be read", detail: "\(error)")
            }
        }
    }
}
