import ArgumentParser
import BenchrunModel
import Catalog
import Host
import Images
import ProcessDrivers

/// An image that the user names: a recipe of the benchmark files, one that was imported under a name, or a source.
enum ImageChoice {
    /// The recipe of a name or source.
    /// - Throws: ``Failure`` where it is none of them.
    static func find(_ text: String, in catalog: Catalog) throws -> ImageRecipe {
        if let recipe = catalog.images.first(where: { $0.name == text }) { return recipe }
        if ImageStore(cache: Locations.standard().cache).hasImported(text) {
            return ImageRecipe(name: text, title: "imported", source: "imported:\(text)")
        }
        do {
            // Now rather than in the middle of a run: a mistyped name, or a file that is none of the kinds.
            _ = try ImageSource(text)
        } catch {
            throw Failure("\(error)", status: ExitStatus.usage)
        }
        return ImageRecipe(name: text, title: "imported", source: text)
    }

    /// Finds engines for sources that need one.
    static func engines(agent: String) -> EngineFinding {
        { engine in try await EngineLookup(agentExecutable: agent).command(of: engine) }
    }

    /// Says which packages of the workloads a user's image does not have. One without a list of packages may have the
    /// programs all the same; then cells tell.
    static func requirePackages(of workloads: [Workload], in image: Image, named name: String) throws {
        guard image.manifest.origin != nil, !image.manifest.packages.isEmpty else { return }
        let lacking = workloads.compactMap { workload -> String? in
            let missing = workload.packages.filter { image.manifest.packages[$0] == nil }
            return missing.isEmpty ? nil : "\(workload.name) needs \(missing.joined(separator: ", "))"
        }
        guard !lacking.isEmpty else { return }
        throw Failure(
            "image '\(name)' lacks packages: \(lacking.joined(separator: "; ")); install them in the image, choose "
                + "workloads that it can run with -w, or give a command of its own after --",
            status: ExitStatus.usage
        )
    }
}

extension Selection {
    /// Measures in another image than the suite's.
    mutating func choose(image text: String, in catalog: Catalog, isCommand: Bool) throws {
        image = try ImageChoice.find(text, in: catalog)
        // Those of the default image's tools: a user's image has what it has.
        if isCommand, image.source != nil { for index in workloads.indices { workloads[index].packages = [] } }
    }
}

extension Image {
    /// Workloads with the environment that a container image gives its commands; a workload's own entries win.
    func equipping(_ workloads: [Workload]) -> [Workload] {
        guard let entries = manifest.origin?.configuration?.usableEnvironment, !entries.isEmpty else {
            return workloads
        }
        return workloads.map { workload in
            var workload = workload
            workload.environment = entries + workload.environment
            return workload
        }
    }
}
