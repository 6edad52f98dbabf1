import ArgumentParser
import BenchrunModel
import Catalog
import Foundation
import Host
import Images

/// `benchrun image`: the root file systems that every environment starts from.
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Build, import, list and remove root file systems.",
        subcommands: [
            ImageBuildCommand.self, ImageImportCommand.self, ImageListCommand.self, ImageShowCommand.self,
            ImageRemoveCommand.self,
        ]
    )
}

/// `benchrun image build`: makes the image of a suite now, so that a run need not.
struct ImageBuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build the image that a suite's workloads need, in all its forms.",
        discussion: """
            An image that is in the cache already is not built again.

            EXAMPLES
              benchrun image build
              benchrun image build --suite smoke
              benchrun image build --rebuild
            """
    )

    @Option(name: .shortAndLong, help: "The suite whose workloads name the packages.")
    var suite = "default"

    @Flag(help: "Build again what is there.")
    var rebuild = false

    @Flag(help: "Leave out the disk, kernel and initramfs that virtual machines need.")
    var containersOnly = false

    @OptionGroup var catalog: CatalogOptions
    @OptionGroup var output: OutputOptions

    /// The answer.
    struct Answer: Codable {
        var digest: String
        var archive: String
        var disk: String?
        var kernel: String?
        var initramfs: String?
        var packages: Int
        var buildSeconds: Double
    }

    func run() async throws {
        let catalog = try catalog.load()
        let selection = try Selection(suite: try catalog.suite(named: suite), in: catalog)
        let request = ImageRequest(
            recipe: selection.image,
            packages: selection.workloads.flatMap(\.packages),
            forVirtualMachines: !containersOnly,
            agentExecutable: try AgentExecutable.find(),
            rebuild: rebuild
        )
        let display = output.display()
        let image: Image
        do {
            image = try await Interruption.watching({ signal, _ in display.answer("interrupted (\(signal))") }) {
                try await ImageStore(cache: Locations.standard().cache).ensure(request) {
                    display.activity($0.description)
                }
            }.value
            display.stop()
        } catch is CancellationError {
            display.stop()
            throw ExitStatus.interrupted
        } catch {
            display.stop()
            throw Failure(error)
        }
        let answer = Answer(
            digest: image.forms.digest,
            archive: image.forms.archive,
            disk: image.forms.disk,
            kernel: image.forms.kernel,
            initramfs: image.forms.initramfs,
            packages: image.manifest.packages.count,
            buildSeconds: image.manifest.buildSeconds
        )
        if output.json { return Terminal.out(try JSON.text(answer)) }
        Terminal.out(
            """
            \(selection.image.name): \(answer.digest)
              \(answer.packages) packages, built in \(Durations.words(answer.buildSeconds))
              \(answer.archive)
            """
        )
    }
}

/// `benchrun image list`: what is in the cache.
struct ImageListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the images in the cache, the most recently used first.",
        discussion: """
            EXAMPLES
              benchrun image list
              benchrun image list --json
            """
    )

    @Flag(help: "Print the answer as JSON.")
    var json = false

    /// One image.
    struct Entry: Codable {
        var key: String
        var recipe: String?
        /// Names that it was imported under.
        var names: [String]
        var digest: String?
        var bytes: Int
        var lastUse: Date
        var problem: String?
    }

    func run() async throws {
        let store = ImageStore(cache: Locations.standard().cache)
        let names = Dictionary(grouping: try await store.importedNames(), by: \.key).mapValues { $0.map(\.name) }
        let entries = try await store.entries().map { entry in
            Entry(
                key: entry.key,
                recipe: entry.manifest?.recipe.name,
                names: names[entry.key] ?? [],
                digest: entry.manifest?.digest,
                bytes: entry.size,
                lastUse: entry.lastUse,
                problem: entry.problem
            )
        }
        if json { return Terminal.out(try JSON.text(entries)) }
        if entries.isEmpty { return Terminal.out("no image in the cache; 'benchrun image build' makes one") }
        for entry in entries {
            let size = "\(entry.bytes >> 20) MiB"
            let state = entry.problem ?? "last used \(entry.lastUse.formatted(.iso8601))"
            let names = entry.names.isEmpty ? "" : " (\(entry.names.joined(separator: ", ")))"
            Terminal.out("\(entry.key)  \(entry.recipe ?? "?")\(names)  \(size)  \(state)")
        }
    }
}

/// `benchrun image rm`: removes images from the cache.
struct ImageRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove images from the cache.",
        discussion: """
            EXAMPLES
              benchrun image rm 0123456789abcdef0123456789abcdef
              benchrun image rm mine
              benchrun image rm --unused
            """
    )

    @Argument(help: "Keys of images, as 'benchrun image list' shows them, or names of imported ones.")
    var keys: [String] = []

    @Flag(help: "All that no benchrun uses now.")
    var unused = false

    func validate() throws {
        if keys.isEmpty == !unused { throw ValidationError("name the images to remove, or say --unused") }
    }

    func run() async throws {
        let store = ImageStore(cache: Locations.standard().cache)
        do {
            for key in keys {
                try await store.remove(named: key)
                Terminal.out("removed \(key)")
            }
            if unused { for line in try await store.prune() { Terminal.out("removed \(line)") } }
        } catch {
            throw Failure(error)
        }
    }
}
