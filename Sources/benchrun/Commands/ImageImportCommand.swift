import ArgumentParser
import BenchrunModel
import Foundation
import Host
import Images
import Results

/// `benchrun image import`: an image of the user's, in all forms.
struct ImageImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import an image of your own under a name, in all the forms that environments need.",
        discussion: """
            SOURCE is one of these, or a path, whose content tells:
              docker:REF, podman:REF    an image in an engine's store
              oci:DIR[:TAG]             an OCI layout
              docker-archive:FILE       what 'docker save' wrote
              registry:HOST/REPO:TAG    pulled by podman or docker
              dockerfile:DIR            built with docker or podman
              tar:FILE, dir:DIR         a root file system
              disk:FILE                 qcow2, raw, vmdk, OVA

            EXAMPLES
              benchrun image import mine dockerfile:.
              benchrun image import shop registry:127.0.0.1:5000/shop:2
              benchrun image import appliance disk:appliance.ova
              benchrun run --image mine -- sysbench cpu run
            """
    )

    @Argument(help: "The name to give it.")
    var name: String

    @Argument(help: "Where it comes from.")
    var source: String

    @Flag(
        help:
            "Leave out the disk, kernel and initramfs that virtual machines need; a run makes them when it needs them."
    )
    var containersOnly = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let display = output.display()
        let store = ImageStore(cache: Locations.standard().cache)
        let agent = try AgentExecutable.find()
        let (name, source, forVirtualMachines) = (name, source, !containersOnly)
        do {
            try await Interruption.watching({ signal, _ in display.answer("interrupted (\(signal))") }) {
                let engines = ImageChoice.engines(agent: agent)
                _ = try await store.importImage(name, from: source, engines: engines) {
                    display.activity($0.description)
                }
                let request = ImageRequest(
                    recipe: ImageRecipe(name: name, source: "imported:\(name)"),
                    forVirtualMachines: forVirtualMachines,
                    agentExecutable: agent
                )
                _ = try await store.ensure(request) { display.activity($0.description) }
            }.value
            display.stop()
        } catch is CancellationError {
            display.stop()
            throw ExitStatus.interrupted
        } catch {
            display.stop()
            throw Failure(error)
        }
        Terminal.out(
            try await ImageDescription(try await store.entry(named: name), in: store).printed(asJSON: output.json)
        )
    }
}

/// `benchrun image show`: where an image comes from and what is in it.
struct ImageShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show where an image comes from, what it says about itself, and in which forms it is there.",
        discussion: """
            EXAMPLES
              benchrun image show mine
              benchrun image show mine --json
            """
    )

    @Argument(help: "The name of an imported image, or a key that 'benchrun image list' shows.")
    var name: String

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func run() async throws {
        let store = ImageStore(cache: Locations.standard().cache)
        do {
            let entry = try await store.entry(named: name)
            Terminal.out(try await ImageDescription(entry, in: store).printed(asJSON: json))
        } catch {
            throw Failure(error)
        }
    }
}

/// What is told of one image.
private struct ImageDescription: Codable {
    var key: String
    var names: [String]
    var digest: String?
    var source: String?
    var kind: String?
    var architecture: String?
    var bytes: Int
    var packages: Int
    var hasDisk: Bool
    /// The firmware that starts the image's own disk.
    var boots: String?
    var configuration: ContainerConfiguration?
    var problem: String?

    init(_ entry: ImageEntry, in store: ImageStore) async throws {
        let origin = entry.manifest?.origin
        key = entry.key
        names = try await store.importedNames().filter { $0.key == entry.key }.map(\.name)
        digest = entry.manifest?.digest
        source = origin?.source ?? entry.manifest.map { "packages of Debian \($0.recipe.suite)" }
        kind = origin?.kind
        architecture = entry.manifest?.recipe.architecture
        bytes = entry.size
        packages = entry.manifest?.packages.count ?? 0
        hasDisk = entry.hasDisk
        boots = origin?.firmware
        configuration = origin?.configuration
        problem = entry.problem
    }

    func printed(asJSON: Bool) throws -> String {
        if asJSON { return try JSON.text(self) }
        var lines = ["\(names.isEmpty ? key : names.joined(separator: ", ")): \(digest ?? problem ?? "?")"]
        func add(_ label: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            lines.append(
                "  " + label.padding(toLength: 12, withPad: " ", startingAt: 0) + Printable.line(value, limit: 400)
            )
        }
        add("key", key)
        add("source", source)
        add("problem", problem)
        add("size", "\(bytes >> 20) MiB")
        add("packages", packages > 0 ? "\(packages)" : nil)
        add("forms", "archive, directory" + (hasDisk ? ", disk" : ""))
        add("boots", boots.map { $0 == "bios" ? "its own kernel, by BIOS" : "by EFI, which no environment starts yet" })
        add("environment", configuration?.environment?.joined(separator: " "))
        add("directory", configuration?.workingDirectory)
        add("entrypoint", configuration?.entrypoint?.joined(separator: " "))
        add("command", configuration?.command?.joined(separator: " "))
        add("user", configuration?.user)
        return lines.joined(separator: "\n")
    }
}
